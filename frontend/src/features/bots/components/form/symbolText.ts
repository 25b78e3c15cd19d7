import type { StockSymbol } from '@/types/domain';

/** The parts of a list, however it is separated. */
export function splitSymbols(text: string): string[] {
  return text
    .toUpperCase()
    .split(/[\s,;]+/)
    .filter(Boolean);
}

/** What is typed, where it is one symbol that is listed. */
export function listed(text: string, found: readonly StockSymbol[]): string[] {
  const parts = splitSymbols(text);
  return parts.length === 1 && found.some(({ symbol }) => symbol === parts[0]) ? parts : [];
}

/**
 * What Enter chooses: the symbol as it stands, the first that was found of a company's name, or a list of several. Where
 * nobody could be asked, symbols are taken as they stand: the server looks at them again.
 */
export function entered(text: string, found: readonly StockSymbol[], unasked: boolean): string[] {
  const parts = splitSymbols(text);
  const exact = listed(text, found);
  if (exact.length > 0) return exact;
  if (found[0] && !unasked) return parts.length > 0 ? [found[0].symbol] : [];
  return parts.length > 1 || unasked ? parts : [];
}
