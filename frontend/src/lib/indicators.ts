import type { IndicatorParams } from '@/types/domain';

/** "RSI 14/30/70", "SMA:fast 20": the parameters in the order the bot gives them. */
export function indicatorLabel(key: string, params: IndicatorParams): string {
  const values = Object.values(params).filter((value) => value !== null && value !== '');
  return values.length > 0 ? `${key} ${values.join('/')}` : key;
}
