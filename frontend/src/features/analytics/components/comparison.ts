import type { Cell } from '@/lib/download';
import { Decimal, decimalToString, divide } from '@/lib/decimal';
import { oneOf } from '@/lib/urlFilters';
import type { ResultPoint } from '@/types/domain';

/** More lines than this nobody tells apart. */
export const MOST_COMPARED = 4;

/** Realised alone, or with what open positions were worth at the end of each day. */
export type Measure = 'realised' | 'marked';
export type Unit = 'dollars' | 'percent';

export const MEASURES = [
  ['realised', 'Realised'],
  ['marked', 'Marked to market'],
] as const;
export const UNITS = [
  ['dollars', '$'],
  ['percent', '% of capital'],
] as const;

export const measureOf = (value: string | null): Measure =>
  oneOf(value, ['realised', 'marked']) ?? 'realised';
export const unitOf = (value: string | null): Unit => oneOf(value, ['dollars', 'percent']) ?? 'dollars';

export interface ComparedBot {
  id: number;
  name: string;
  /** Dollars. */
  capital: string;
  points: readonly ResultPoint[];
}

export interface ComparedDay {
  date: string;
  /** Of each bot; null before it has traded, and where its capital is not known. A part of one where per cent are asked. */
  values: readonly (Decimal | null)[];
}

/** A bot that was archived may have the name of one that came after it. */
export function namesOf(bots: readonly Pick<ComparedBot, 'id' | 'name'>[]): string[] {
  return bots.map(({ id, name }) =>
    bots.some((other) => other.id !== id && other.name === name) ? `${name} (bot ${id})` : name,
  );
}

function valueOf(point: ResultPoint, bot: ComparedBot, measure: Measure, unit: Unit): Decimal | null {
  const dollars = new Decimal(measure === 'realised' ? point.realized : point.cumulative);
  return unit === 'dollars' ? dollars : divide(dollars, new Decimal(bot.capital));
}

/** The results of each bot by the end of each day of any of them, oldest first. */
export function comparedDays(bots: readonly ComparedBot[], measure: Measure, unit: Unit): ComparedDay[] {
  const byDay = bots.map((bot) => new Map(bot.points.map((point) => [point.date, point])));
  const dates = new Set(byDay.flatMap((points) => [...points.keys()]));
  const state: (Decimal | null)[] = bots.map(() => null);
  return [...dates].sort().map((date) => {
    bots.forEach((bot, index) => {
      // A day that only another one has, such as one of a fill booked by hand, changes nothing.
      const point = byDay[index]?.get(date);
      if (point) state[index] = valueOf(point, bot, measure, unit);
    });
    return { date, values: [...state] };
  });
}

export function comparedRows(days: readonly ComparedDay[]): Cell[][] {
  return days.map(({ date, values }) => [
    date,
    ...values.map((value) => (value === null ? null : decimalToString(value))),
  ]);
}
