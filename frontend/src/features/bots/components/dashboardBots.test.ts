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
});
