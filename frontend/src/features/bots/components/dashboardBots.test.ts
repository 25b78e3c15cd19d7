import { describe, expect, it } from 'vitest';
import { makeBot } from '@/test/factories';
import { dashboardBots } from './dashboardBots';

const bot = (id: number, change: Parameters<typeof makeBot>[0] = {}) =>
  makeBot({
    id,
    status: 'running',
    open_positions: 0,
    halted: '',
    today: { pnl: '0', trades: 0 },
    ...change,
  });

describe('the bots of the dashboard', () => {
  it('are all of a few, in their own sequence', () => {
    const bots = [bot(3), bot(1, { status: 'error' }), bot(2)];
    expect(dashboardBots(bots, 3)).toBe(bots);
  });

  it('are of many those in trouble, then those that hold something, then the busiest', () => {
    const bots = [
      bot(1, { status: 'stopped', today: { pnl: '-900', trades: 3 } }),
      bot(2),
      bot(3, { status: 'error' }),
      bot(4, { today: { pnl: '-50', trades: 1 } }),
      bot(5, { status: 'paused', open_positions: 1 }),
      bot(6, { halted: 'earnings' }),
      bot(7, { status: 'paused' }),
    ];
    expect(dashboardBots(bots, 6).map(({ id }) => id)).toEqual([3, 6, 5, 4, 2, 7]);
  });

  it('stay where they are while prices move, and give way to those in trouble', () => {
    const quiet = [1, 2, 3, 4].map((id) => bot(id, { today: { pnl: String(-id), trades: 1 } }));
    const shown = dashboardBots(quiet, 2).map(({ id }) => id);
    expect(shown).toEqual([4, 3]);
    const moved = quiet.map((each) => bot(each.id, { today: { pnl: String(each.id - 9), trades: 1 } }));
    expect(dashboardBots(moved, 2, shown).map(({ id }) => id)).toEqual([4, 3]);
    const trouble = moved.map((each) => (each.id === 1 ? bot(1, { status: 'error' }) : each));
    expect(dashboardBots(trouble, 2, shown).map(({ id }) => id)).toEqual([1, 4]);
  });
});
