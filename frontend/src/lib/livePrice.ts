import type { PriceTick } from '@/types/events';

/**
 * The newer of a streamed price and one the server told with the row: after a pause of the stream the row is newer.
 * A price of unknown time is older than any that was streamed.
 */
export function livePrice(
  tick: PriceTick | undefined,
  told: { price: string | null; at: string | null },
): string | null {
  if (!tick) return told.price;
  if (told.price === null || told.at === null) return tick.price;
  return Date.parse(tick.at) >= Date.parse(told.at) ? tick.price : told.price;
}
