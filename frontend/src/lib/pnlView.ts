import { oneOf } from './urlFilters';

/** A day for itself, or everything up to it. */
export type PnlView = 'daily' | 'cumulative';

export const PNL_VIEWS = [
  ['daily', 'Daily'],
  ['cumulative', 'Cumulative'],
] as const;

export function pnlViewOf(value: string | null): PnlView {
  return oneOf(value, ['daily', 'cumulative']) ?? 'cumulative';
}
