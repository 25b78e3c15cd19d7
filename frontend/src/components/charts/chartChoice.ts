import type { Bot, Position, Timeframe } from '@/types/domain';
import { TIMEFRAMES } from '@/types/domain';

export interface ChartChoice {
  symbol: string;
  bot: Bot | null;
  timeframe: Timeframe;
}

export interface AskedFor {
  symbol: string | null;
  /** A bot's id, `none` for the bare price, null for our choice. */
  bot: string | null;
  timeframe: string | null;
}

export function chartSymbols(bots: readonly Bot[]): string[] {
  return [...new Set(bots.flatMap(({ symbols }) => symbols))].sort();
}

function isTimeframe(value: string | null): value is Timeframe {
  return TIMEFRAMES.includes(value as Timeframe);
}

function trading(bots: readonly Bot[], symbol: string): Bot | undefined {
  const candidates = bots.filter(({ symbols }) => symbols.includes(symbol));
  return candidates.find(({ status }) => status === 'running') ?? candidates[0];
}

/** What to draw: what the address asks for, else an open position, else a running bot's first symbol. */
export function chooseChart(
  asked: AskedFor,
  bots: readonly Bot[],
  positions: readonly Position[],
): ChartChoice | null {
  const askedBot = bots.find(({ id }) => String(id) === asked.bot);
  const held = positions[0];
  const running = bots.find(({ status }) => status === 'running') ?? bots[0];
  const symbol = asked.symbol ?? askedBot?.symbols[0] ?? held?.symbol ?? running?.symbols[0];
  if (!symbol) return null;
  const holder = positions.find((position) => position.symbol === symbol);
  const own = askedBot ?? bots.find(({ id }) => id === holder?.bot) ?? trading(bots, symbol) ?? null;
  const bot = asked.bot === 'none' ? null : own;
  const timeframe = isTimeframe(asked.timeframe) ? asked.timeframe : (bot?.timeframe ?? '1Min');
  return { symbol, bot, timeframe };
}
