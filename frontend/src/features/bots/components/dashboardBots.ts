import type { Bot } from '@/types/domain';

const RANK: Record<Bot['status'], number> = { error: 0, running: 1, paused: 2, stopped: 3 };

function rank(bot: Bot): number {
  if (bot.status === 'error' || bot.halted) return 0;
  return bot.open_positions > 0 ? 1 : 1 + RANK[bot.status];
}

/**
 * Those that want to be seen: in trouble first, then those that hold something, then by their status. Among equals who
 * is `shown` already stays, then come those whose day has moved most. Prices move all the time: what is read does not.
 */
export function dashboardBots(
  bots: readonly Bot[],
  most: number,
  shown: readonly number[] = [],
): readonly Bot[] {
  if (bots.length <= most) return bots;
  const moved = (bot: Bot) => Math.abs(Number(bot.today.pnl));
  const isNew = (bot: Bot) => Number(!shown.includes(bot.id));
  const place = (bot: Bot) => shown.indexOf(bot.id);
  return [...bots]
    .sort(
      (one, other) =>
        rank(one) - rank(other) ||
        isNew(one) - isNew(other) ||
        place(one) - place(other) ||
        moved(other) - moved(one) ||
        one.id - other.id,
    )
    .slice(0, most);
}
