/** Reading an address: what it does not carry, or carries wrongly, is not there. */

export function oneOf<T extends string>(value: string | null, known: readonly T[]): T | null {
  return known.includes(value as T) ? (value as T) : null;
}

export function idsOf(value: string | null): number[] {
  const ids = (value ?? '').split(',').filter((text) => /^\d{1,15}$/.test(text));
  return [...new Set(ids.map(Number))];
}

export function symbolsOf(value: string | null): string[] {
  const symbols = (value ?? '').split(',').map((text) => text.trim().toUpperCase());
  return [...new Set(symbols.filter((symbol) => /^[A-Z0-9./]{1,16}$/.test(symbol)))];
}

/** A day of New York (YYYY-MM-DD) or a moment, as it was written. */
export function momentOf(value: string | null): string | null {
  if (value === null || !/^\d{4}-\d{2}-\d{2}/.test(value)) return null;
  return Number.isNaN(Date.parse(value)) ? null : value;
}

export function idOf(value: string | null): number | null {
  return idsOf(value)[0] ?? null;
}

export function pageOf(value: string | null): number {
  return Math.max(1, idOf(value) ?? 1);
}

/** The part of a "next" or "previous" address that says where the page begins. */
export function cursorOf(url: string | null | undefined): string | null {
  return url ? new URL(url, 'http://localhost').searchParams.get('cursor') : null;
}

/** `field` and `-field`: what a click on the heading of a column makes of the order. */
export function nextOrdering(current: string, field: string, firstDescending: boolean): string {
  if (current === field) return `-${field}`;
  if (current === `-${field}`) return field;
  return firstDescending ? `-${field}` : field;
}
