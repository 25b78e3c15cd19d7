import { Decimal } from '@/lib/decimal';

interface PartWanted {
  /** Shares that would be sold; all of them while what was typed is no number of shares. */
  shares: string;
  isPart: boolean;
  /** Why so many cannot be sold; null where they can. */
  wrong: string | null;
}

/** What was typed into "Shares to sell", of a position of so many. */
export function partWanted(typed: string, held: string): PartWanted {
  const text = typed.trim();
  const all = { shares: held, isPart: false };
  if (!/^\d+(\.\d+)?$/.test(text)) return { ...all, wrong: 'Enter how many shares to sell' };
  const wanted = new Decimal(text);
  const rest = new Decimal(held).minus(wanted);
  if (rest.eq(0)) return { ...all, wrong: null };
  if (rest.lt(0)) return { ...all, wrong: 'So many are not held' };
  if (!/^0*[1-9]\d*$/.test(text)) return { ...all, wrong: 'A part is sold in whole shares' };
  if (rest.lt(1)) return { ...all, wrong: 'Less than a share would be left, which no stop can protect' };
  return { shares: String(Number(text)), isPart: true, wrong: null };
}
