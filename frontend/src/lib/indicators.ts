import type { IndicatorParams, IndicatorSeries } from '@/types/domain';

/** "RSI 14/30/70", "SMA:fast 20": the parameters in the order the bot gives them. */
export function indicatorLabel(key: string, params: IndicatorParams): string {
  const values = Object.values(params).filter((value) => value !== null && value !== '');
  return values.length > 0 ? `${key} ${values.join('/')}` : key;
}

/** Which indicators are drawn, regardless of their values. */
export function indicatorSignature(indicators: readonly IndicatorSeries[]): string {
  return JSON.stringify(
    indicators.map(({ key, params, lines }) => [key, params, lines.map(({ name, pane }) => [name, pane])]),
  );
}
