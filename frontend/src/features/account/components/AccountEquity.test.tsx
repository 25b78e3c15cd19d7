import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { renderLive } from '@/test/render';
import { serveTests, server } from '@/test/server';
import type { AccountEquity as Curve } from '@/types/domain';
import { AccountEquity } from './AccountEquity';

serveTests();

const CURVE: Curve = {
  range: '1M',
  from: '2026-11-19',
  to: '2026-11-20',
  equity: [
    { date: '2026-11-19', pnl: '40', cumulative: '40', equity: '150040', drawdown: '12.5' },
    { date: '2026-11-20', pnl: '-10', cumulative: '30', equity: '150030', drawdown: '25' },
  ],
  metrics: {
    pnl: '30',
    return_pct: '0.0003',
    transfers: '50000',
    max_drawdown: '25',
    max_drawdown_pct: '0.00025',
    sharpe: null,
  },
};

function serve(answer: Curve) {
  const asked: string[] = [];
  server.use(
    http.get('*/api/account/equity', ({ request }) => {
      asked.push(new URL(request.url).search);
      return HttpResponse.json(answer);
    }),
  );
  renderLive(<AccountEquity />, { ready: true });
  return asked;
}

describe('AccountEquity', () => {
  it('shows the course of the account, how far it fell, and what was brought apart from it', async () => {
    const asked = serve(CURVE);
    expect(
      await screen.findByRole('img', { name: 'P&L of the account, Nov 19 to Nov 20: +$30.00 in all' }),
    ).toBeVisible();
    const panel = within(screen.getByRole('region', { name: 'Account P&L, without deposits' }));
    expect(panel.getByText('Max drawdown, by the minute').nextSibling).toHaveTextContent('−$25.00');
    expect(panel.getByText('Of the peak').nextSibling).toHaveTextContent('0.03%');
    expect(panel.getByText('Brought less taken').nextSibling).toHaveTextContent('+$50,000.00');
    await userEvent.click(panel.getByRole('button', { name: '1W' }));
    await waitFor(() => expect(asked).toEqual(['?range=1M', '?range=1W']));
  });

  it('says that nothing is noted yet', async () => {
    serve({ ...CURVE, from: null, equity: [], metrics: null });
    expect(await screen.findByText('Nothing noted yet')).toBeVisible();
  });
});
