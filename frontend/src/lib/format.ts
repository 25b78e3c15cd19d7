/** The only place that knows locales and formats. Formatters are cached: making one costs sixty times a format call. */
import { MARKET_ZONE, TIME_ZONE } from './zone';

const LOCALE = 'en-US';
export const NOTHING = '—';
const MINUS = '−';

type Numeric = string | number | null | undefined;

function numberFormat(digits: number, style: 'decimal' | 'currency' | 'percent' = 'decimal') {
  return new Intl.NumberFormat(LOCALE, {
    style,
    ...(style === 'currency' ? { currency: 'USD' } : {}),
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    // What rounds to nothing has no sign.
    signDisplay: 'negative',
  });
}

const dollars = numberFormat(2, 'currency');
const wholeDollars = numberFormat(0, 'currency');
const price2 = numberFormat(2);
const price4 = numberFormat(4);
const percent1 = numberFormat(1, 'percent');
const percent2 = numberFormat(2, 'percent');
const integer = numberFormat(0);
const quantity = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 6 });
const reading = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 4 });
const compactDollars = new Intl.NumberFormat(LOCALE, {
  style: 'currency',
  currency: 'USD',
  notation: 'compact',
  maximumFractionDigits: 2,
  signDisplay: 'negative',
});
const compact = new Intl.NumberFormat(LOCALE, { notation: 'compact', maximumFractionDigits: 1 });

function toNumber(value: Numeric): number | null {
  if (value === null || value === undefined || value === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

function typographic(text: string): string {
  return text.replace('-', MINUS);
}

function unsigned(formatter: Intl.NumberFormat, value: Numeric): string {
  const number = toNumber(value);
  return number === null ? NOTHING : typographic(formatter.format(number));
}

/** With an explicit sign, decided on the rounded text: nothing is neither gained nor lost. */
function signed(formatter: Intl.NumberFormat, value: Numeric): string {
  const number = toNumber(value);
  if (number === null) return NOTHING;
  const text = formatter.format(Math.abs(number));
  if (!/[1-9]/.test(text)) return text;
  return `${number < 0 ? MINUS : '+'}${text}`;
}

export const formatMoney = (value: Numeric): string => unsigned(dollars, value);
export const formatWholeMoney = (value: Numeric): string => unsigned(wholeDollars, value);
export const formatSignedMoney = (value: Numeric): string => signed(dollars, value);
export const formatPercent = (value: Numeric): string => unsigned(percent1, value);
export const formatSignedPercent = (value: Numeric): string => signed(percent2, value);
export const formatInteger = (value: Numeric): string => unsigned(integer, value);
export const formatQuantity = (value: Numeric): string => unsigned(quantity, value);
/** As many places as it has, up to six. */
export const formatNumber = formatQuantity;
/** An indicator's value: four places are more than anybody reads. */
export const formatReading = (value: Numeric): string => unsigned(reading, value);
export const formatFinePercent = (value: Numeric): string => unsigned(percent2, value);
/** For axes: "$1.2K". */
export const formatCompactMoney = (value: Numeric): string => unsigned(compactDollars, value);
export const formatCompact = (value: Numeric): string => unsigned(compact, value);

/** Two places; four below a dollar, where a cent is too coarse. */
export function formatPrice(value: Numeric): string {
  const number = toNumber(value);
  return unsigned(number !== null && Math.abs(number) < 1 ? price4 : price2, number);
}

/** Direction of a P&L as it is shown: what rounds to nothing has none. */
export function signOf(value: Numeric): -1 | 0 | 1 {
  const number = toNumber(value);
  if (number === null || Math.abs(number) < 0.005) return 0;
  return number < 0 ? -1 : 1;
}

const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const clock = new Intl.DateTimeFormat(LOCALE, { ...time, second: '2-digit', ...TIME_ZONE });
const localClock = new Intl.DateTimeFormat(LOCALE, { ...time, second: '2-digit' });
const localDateTime = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' });
const hourMinute = new Intl.DateTimeFormat(LOCALE, { ...time, ...TIME_ZONE });
const day = new Intl.DateTimeFormat(LOCALE, { month: 'short', day: 'numeric', ...TIME_ZONE });
const weekday = new Intl.DateTimeFormat(LOCALE, { weekday: 'short', ...TIME_ZONE });
const shownDay = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', ...TIME_ZONE });
const dateDay = new Intl.DateTimeFormat(LOCALE, { month: 'short', day: 'numeric', timeZone: 'UTC' });
const dateWeekday = new Intl.DateTimeFormat(LOCALE, { weekday: 'short', timeZone: 'UTC' });
const isoDay = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone: MARKET_ZONE });
const fullUtc = new Intl.DateTimeFormat(LOCALE, {
  dateStyle: 'medium',
  timeStyle: 'medium',
  timeZone: 'UTC',
});
const fullMarket = new Intl.DateTimeFormat(LOCALE, {
  dateStyle: 'medium',
  timeStyle: 'medium',
  timeZone: MARKET_ZONE,
});
const fullLocal = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'long' });

type Instant = string | number | Date | null | undefined;

function toDate(value: Instant): Date | null {
  if (value === null || value === undefined) return null;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? null : date;
}

function formatWith(formatter: Intl.DateTimeFormat, value: Instant): string {
  const date = toDate(value);
  return date ? formatter.format(date) : NOTHING;
}

/** Time of day in the zone that is shown; numbers are epoch milliseconds. */
export const formatClock = (value: Instant): string => formatWith(clock, value);
/** This computer's time of day, for what happened in real time rather than the market's. */
export const formatLocalClock = (value: Instant): string => formatWith(localClock, value);
/** This computer's date and time of day. */
export const formatLocalDateTime = (value: Instant): string => formatWith(localDateTime, value);
export const formatHourMinute = (value: Instant): string => formatWith(hourMinute, value);
export const formatDay = (value: Instant): string => formatWith(day, value);
export const formatWeekday = (value: Instant): string => formatWith(weekday, value);
/** The New York date as YYYY-MM-DD. */
export const marketDate = (value: Instant): string => formatWith(isoDay, value);
/** The date as YYYY-MM-DD in the zone that is shown. */
export const shownDate = (value: Instant): string => formatWith(shownDay, value);

/** Time of day, with the date before it when that is not `today` (YYYY-MM-DD). */
export function formatDayClock(value: Instant, today: string): string {
  if (!toDate(value)) return NOTHING;
  const text = formatClock(value);
  return shownDate(value) === today ? text : `${formatDay(value)} ${text}`;
}

export function formatZones(value: Instant): string {
  const date = toDate(value);
  if (!date) return NOTHING;
  return `${fullMarket.format(date)} New York · ${fullLocal.format(date)} local · ${fullUtc.format(date)} UTC`;
}

/** A bot's window: minutes without a zone, as New York reads them. */
export function formatTimeOfDay(hour: number, minute: number): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** "4:05", "1:23:45", "2d 03h". */
export function formatDuration(totalSeconds: number): string {
  const seconds = Math.max(0, Math.floor(totalSeconds));
  const hours = Math.floor(seconds / 3600);
  if (hours >= 24) return `${Math.floor(hours / 24)}d ${String(hours % 24).padStart(2, '0')}h`;
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = String(seconds % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** A ratio such as the profit factor or Sharpe's: two places. */
export const formatRatio = (value: Numeric): string => unsigned(price2, value);

/** A date without a time (YYYY-MM-DD): "Jun 2". */
export function formatDate(date: string): string {
  return formatWith(dateDay, `${date}T12:00:00Z`);
}

/** The weekday of a date without a time: "Tue". */
export function formatDateWeekday(date: string): string {
  return formatWith(dateWeekday, `${date}T12:00:00Z`);
}

export function formatFactor(value: number): string {
  return quantity.format(value);
}
