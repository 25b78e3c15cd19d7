import { describe, expect, it } from 'vitest';
import { weeksOf } from './weeks';

const day = (date: string, value = 1) => ({ date, value });

describe('the weeks of a calendar', () => {
  it('are none of no days', () => {
    expect(weeksOf([])).toEqual([]);
  });

  it('have Monday first, and a month above the first week that begins in it', () => {
    const days = [day('2026-05-28', 3), day('2026-05-29', -2), day('2026-06-01', 5), day('2026-06-08', 7)];
    expect(weeksOf(days)).toEqual([
      { month: 'May', days: [null, null, null, days[0], days[1]] },
      { month: 'Jun', days: [days[2], null, null, null, null] },
      { month: '', days: [days[3], null, null, null, null] },
    ]);
  });

  it('keep a week in which nothing was traded', () => {
    const weeks = weeksOf([day('2026-06-01'), day('2026-06-15')]);
    expect(weeks.map(({ days }) => days.filter(Boolean).length)).toEqual([1, 0, 1]);
  });
});
