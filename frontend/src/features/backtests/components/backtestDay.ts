import { positionLevels, type ChartLevel } from '@/components/charts/positionLevels';
import type { IndicatorChoice } from '@/hooks/queries/market';
import { barTime, bucketTime } from '@/components/charts/toSeries';
import { marketDate } from '@/lib/format';
import type { BacktestReport, BacktestTrade, ChartTrade, MarketData } from '@/types/domain';

/** What the chart of a backtest shows: a symbol, the bars up to the end of a New York day, and perhaps one trade. */
export interface ChosenDay {
  symbol: string;
  day: string;
  trade: BacktestTrade | null;
}

const MOST_INDICATORS = 5;

/** The days of the run, oldest first. */
export function runDays(report: BacktestReport): string[] {
  return [...new Set(report.equity.map(({ at }) => marketDate(at)))];
}

/** The last trade that is over; without any, the last day of the first symbol. */
export function firstShown(report: BacktestReport): ChosenDay {
  const trade = report.trades.findLast(({ exit_at: at }) => at !== null) ?? null;
  return {
    symbol: trade?.symbol ?? report.config.symbols?.[0] ?? '',
    day: trade?.exit_at ? marketDate(trade.exit_at) : (runDays(report).at(-1) ?? report.to),
    trade,
  };
}

/** As many of its indicators as a chart can draw. */
export function drawnIndicators(report: BacktestReport): IndicatorChoice {
  const all = report.config.indicators ?? {};
  return Object.fromEntries(Object.entries(all).slice(0, MOST_INDICATORS));
}

/** The fills of the run that lie on these bars. */
export function fillsOn(report: BacktestReport, { symbol, timeframe, bars }: MarketData): ChartTrade[] {
  const [first, last] = [bars[0], bars.at(-1)].map((bar) => bar && barTime(bar, timeframe));
  if (first === undefined || last === undefined) return [];
  return report.trades
    .filter((trade) => trade.symbol === symbol)
    .flatMap((trade, place) => fillsOf(trade, place, report.config.name ?? ''))
    .filter(({ t }) => {
      const time = bucketTime(Date.parse(t), timeframe);
      return time >= first && time <= last;
    });
}

function fillsOf(trade: BacktestTrade, place: number, bot: string): ChartTrade[] {
  const { quantity, exit_at: exitAt, exit_reason: reason } = trade;
  const entry: ChartTrade = {
    id: 2 * place,
    t: trade.entry_at,
    type: 'buy',
    role: 'entry',
    price: Number(trade.entry_price),
    quantity,
    bot_name: bot,
  };
  if (exitAt === null) return [entry];
  const isLeg = reason === 'stop' || reason === 'target';
  // A leg is met within the bar that ends then, what else sells at the opening of the one that begins then.
  const at = Date.parse(exitAt) - (isLeg ? 1 : 0);
  const exit: ChartTrade = {
    ...entry,
    id: 2 * place + 1,
    t: new Date(at).toISOString(),
    type: 'sell',
    role: isLeg ? reason : 'exit',
    price: Number(trade.exit_price),
  };
  return [entry, exit];
}

/** From when to when a trade was held, epoch milliseconds. */
export function spanOf(trade: BacktestTrade | null): [number, number] | null {
  if (!trade) return null;
  const from = Date.parse(trade.entry_at);
  return [from, trade.exit_at === null ? from : Date.parse(trade.exit_at)];
}

/** Where a trade was bought, and where its legs rested. */
export function levelsOf(trade: BacktestTrade | null): ChartLevel[] {
  if (!trade) return [];
  const { entry_price, stop_price, target_price } = trade;
  return positionLevels([{ entry_price, stop_loss_price: stop_price, take_profit_price: target_price }]);
}
