import { formatDate } from '@/lib/format';

export interface CalendarDay {
  /** YYYY-MM-DD, a day of the exchange. */
  date: string;
  value: number;
}

export interface Week {
  /** The month, above the first week that begins in it. */
  month: string;
  /** Monday to Friday; null where nothing is known of the day. */
  days: (CalendarDay | null)[];
}

const DAY_MS = 86_400_000;

/** Days by weeks, in their sequence, weeks without any of them included. */
export function weeksOf(days: readonly CalendarDay[]): Week[] {
  const weeks = new Map<number, (CalendarDay | null)[]>();
  for (const day of days) {
    const at = Math.round(Date.parse(`${day.date}T00:00:00Z`) / DAY_MS);
    // The first of January 1970 was a Thursday.
    const weekday = (at + 3) % 7;
    const week = (at + 3 - weekday) / 7;
    const row = weeks.get(week) ?? [null, null, null, null, null];
    if (weekday < 5) row[weekday] = day;
    weeks.set(week, row);
  }
  const known = [...weeks.keys()];
  if (known.length === 0) return [];
  const first = Math.min(...known);
  const result: Week[] = [];
  let before = '';
  for (let week = first; week <= Math.max(...known); week += 1) {
    const monday = new Date((week * 7 - 3) * DAY_MS).toISOString().slice(0, 10);
    const month = formatDate(monday).split(' ')[0] ?? '';
    result.push({
      month: month === before ? '' : month,
      days: weeks.get(week) ?? [null, null, null, null, null],
    });
    before = month;
  }
  return result;
}
