import { describe, expect, it } from 'vitest';
import type { ResultPoint } from '@/types/domain';
import { comparedDays, comparedRows, measureOf, namesOf, unitOf, type ComparedBot } from './comparison';

const point = (date: string, realized: string, cumulative: string): ResultPoint => ({
  ...{ date, realized, cumulative },
  ...{ pnl: '0', equity: '0', drawdown: '0' },
});
const BOTS: ComparedBot[] = [
  {
    id: 1,
    name: 'A',
    capital: '1000',
    points: [point('2026-11-18', '0.1', '5'), point('2026-11-20', '0.3', '1')],
  },
  {
    id: 2,
    name: 'B',
    capital: '0',
    points: [point('2026-11-19', '-7', '-8'), point('2026-11-20', '2', '2')],
  },
];

describe('bots compared over time', () => {
  it('have a row for each day of any of them; a line begins with its own first day', () => {
    expect(comparedRows(comparedDays(BOTS, 'realised', 'dollars'))).toEqual([
      ['2026-11-18', '0.1', null],
      ['2026-11-19', '0.1', '-7'],
      ['2026-11-20', '0.3', '2'],
    ]);
    expect(comparedRows(comparedDays(BOTS, 'marked', 'dollars')).map(([, first]) => first)).toEqual([
      ...['5', '5', '1'],
    ]);
  });

  it('are parts of their own capital, exactly, and nothing without one', () => {
    expect(comparedRows(comparedDays(BOTS, 'realised', 'percent'))).toEqual([
      ['2026-11-18', '0.0001', null],
      ['2026-11-19', '0.0001', null],
      ['2026-11-20', '0.0003', null],
    ]);
  });

  it('are told apart where they have one name', () => {
    expect(namesOf([...BOTS, { id: 9, name: 'A' }])).toEqual(['A (bot 1)', 'B', 'A (bot 9)']);
  });

  it('are shown as the address says, and realised in dollars where it says nothing known', () => {
    expect([measureOf('marked'), measureOf('x'), measureOf(null)]).toEqual([
      'marked',
      'realised',
      'realised',
    ]);
    expect([unitOf('percent'), unitOf('x'), unitOf(null)]).toEqual(['percent', 'dollars', 'dollars']);
  });
});
