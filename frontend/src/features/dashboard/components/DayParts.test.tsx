import { render, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { DayParts } from './DayParts';

describe('DayParts', () => {
  it('names what no bot ordered and what is not attributed yet', () => {
    render(<DayParts parts={{ bots: '80', byHand: '-15', unattributed: '0' }} />);
    const rows = within(screen.getByRole('region', { name: 'Day P&L by origin' }));
    expect(rows.getByText('Not ordered by a bot').nextSibling).toHaveTextContent('15.00');
    expect(rows.getByText('Not yet attributed').nextSibling).toHaveTextContent('0.00');
    expect(rows.getByText('Day P&L of the bots').nextSibling).toHaveTextContent('80.00');
  });
});
