import type { Bot } from '@/types/domain';

const RANK: Record<Bot['status'], number> = { error: 0, running: 1, paused: 2, stopped: 3 };

function rank(bot: Bot): number {
  if (bot.status === 'error' || bot.halted) return 0;
  return bot.open_positions > 0 ? 1 : 1 + RANK[bot.status];
}

/**
 * Those that want to be seen: in trouble first, then those that hold something, then by their status; among equals
 * those whose day has moved most.
 */
export function dashboardBots(bots: readonly Bot[], most: number): readonly Bot[] {
  if (bots.length <= most) return bots;
  const moved = (bot: Bot) => Math.abs(Number(bot.today.pnl));
  return [...bots]
    .sort((one, other) => rank(one) - rank(other) || moved(other) - moved(one) || one.id - other.id)
    .slice(0, most);
}
