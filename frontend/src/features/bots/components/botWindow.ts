import { formatTimeOfDay } from '@/lib/format';
import type { Bot } from '@/types/domain';

type Window = Pick<Bot, 'start_hour' | 'start_minute' | 'end_hour' | 'end_minute'>;

export function windowText(bot: Window): string {
  return `${formatTimeOfDay(bot.start_hour, bot.start_minute)}–${formatTimeOfDay(bot.end_hour, bot.end_minute)} ET`;
}
