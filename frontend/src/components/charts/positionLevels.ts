import type { Position } from '@/types/domain';

/** What a person may move. */
export type MovableLevel = 'stop' | 'target';

export interface ChartLevel {
  kind: 'entry' | 'stop' | 'target';
  price: number;
}

type Levels = Pick<Position, 'entry_price' | 'stop_loss_price' | 'take_profit_price'>;

/** Where it was bought, and where it will be sold. */
export function positionLevels(positions: readonly Levels[]): ChartLevel[] {
  return positions
    .flatMap((position) => [
      { kind: 'entry' as const, price: position.entry_price },
      { kind: 'stop' as const, price: position.stop_loss_price },
      { kind: 'target' as const, price: position.take_profit_price },
    ])
    .flatMap(({ kind, price }) => (price === null ? [] : [{ kind, price: Number(price) }]));
}
