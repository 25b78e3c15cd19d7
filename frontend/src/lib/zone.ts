/**
 * In which zone times of day are shown. The exchange's days, the hours of bots and dates stay New York's, whatever is
 * chosen: they are not moments.
 */
export const ZONES = ['new-york', 'local', 'utc'] as const;
export type Zone = (typeof ZONES)[number];

export const MARKET_ZONE = 'America/New_York';
const KEY = 'tradingbot.zone';
const LABELS: Record<Zone, string> = { 'new-york': 'ET', local: 'local', utc: 'UTC' };

function stored(): Zone {
  try {
    const found = localStorage.getItem(KEY);
    return ZONES.find((zone) => zone === found) ?? 'new-york';
  } catch {
    // A browser that keeps nothing for us.
    return 'new-york';
  }
}

/** Read once: every formatter is made for it, and choosing another loads the page anew. */
export const zone: Zone = stored();

/** For `Intl`; nothing means this computer's. */
export const TIME_ZONE: { timeZone?: string } =
  zone === 'new-york' ? { timeZone: MARKET_ZONE } : zone === 'utc' ? { timeZone: 'UTC' } : {};

/** What stands beside a time of day. */
export function zoneLabel(): string {
  return LABELS[zone];
}

export function chooseZone(next: Zone): void {
  try {
    localStorage.setItem(KEY, next);
  } catch {
    return;
  }
  window.location.reload();
}
