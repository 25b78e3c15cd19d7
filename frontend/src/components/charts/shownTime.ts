import { TIME_ZONE } from '@/lib/zone';

/**
 * The chart library knows only UTC. Times are shifted by the offset of the zone that is shown before they reach it, and back when they
 * come from it. The offset is looked up once per hour of data: it changes only at full hours.
 */
const HOUR = 3600;
const offsets = new Map<number, number>();
const parts = new Intl.DateTimeFormat('en-US', {
  ...TIME_ZONE,
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
});

function lookUp(hourStart: number): number {
  const found: Record<string, number> = {};
  for (const { type, value } of parts.formatToParts(hourStart * 1000)) found[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0 } = found;
  return Date.UTC(year, month - 1, day, hour) / 1000 - hourStart;
}

/** Seconds to add to UTC to read the wall clock of the zone that is shown. */
export function zoneOffset(utcSeconds: number): number {
  const hour = Math.floor(utcSeconds / HOUR);
  let offset = offsets.get(hour);
  if (offset === undefined) {
    offset = lookUp(hour * HOUR);
    offsets.set(hour, offset);
  }
  return offset;
}

export function toShownSeconds(utcSeconds: number): number {
  return utcSeconds + zoneOffset(utcSeconds);
}

export function fromShownSeconds(shownSeconds: number): number {
  // The first guess may fall on the wrong side of a change of the clocks: ask again.
  const guess = shownSeconds - zoneOffset(shownSeconds);
  return shownSeconds - zoneOffset(guess);
}
