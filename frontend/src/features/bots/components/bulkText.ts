import type { BotAction } from '@/features/bots/api/bots';

export const DONE: Record<BotAction, string> = { start: 'started', pause: 'paused', stop: 'stopped' };

export const VERB: Record<BotAction, string> = { start: 'Start', pause: 'Pause', stop: 'Stop' };

/** What the action means for each bot, in a sentence. */
export const MEANING: Record<BotAction, string> = {
  start: 'Each of them looks at its symbols and places orders by its rules from its next tick on.',
  pause: 'They enter no more. Exits by signal, stops and targets go on.',
  stop: 'They make no more decisions, and their open entry orders are cancelled.',
};

export function botsText(count: number): string {
  return count === 1 ? '1 bot' : `${count} bots`;
}
