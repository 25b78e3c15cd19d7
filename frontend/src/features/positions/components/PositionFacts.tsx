import { Facts } from '@/components/common/Facts';
import { Pnl } from '@/components/common/Pnl';
import { DimWhenStale } from '@/components/common/Stale';
import { ShownTime } from '@/components/common/ShownTime';
import { useMarketDay } from '@/hooks/useMarket';
import { formatMoney, formatPrice, formatQuantity } from '@/lib/format';
import { zoneLabel } from '@/lib/zone';
import type { Position } from '@/types/domain';
import { LivePnl, LivePrice, LiveValue } from './LiveValues';
import { Protected } from './PositionCells';

/** Where it rests, and where it is being moved to. */
function level(rests: string | null, wanted: string | null): string {
  return wanted === null ? formatPrice(rests) : `${formatPrice(rests)} → ${formatPrice(wanted)}`;
}

export function PositionFacts({ position }: { position: Position }) {
  const today = useMarketDay();
  const times = [
    { label: `Opened ${zoneLabel()}`, value: <ShownTime value={position.opened_at} today={today} /> },
    ...(position.closed_at
      ? [{ label: `Closed ${zoneLabel()}`, value: <ShownTime value={position.closed_at} today={today} /> }]
      : []),
  ];
  const always = [
    { label: 'Bot', value: position.bot_name },
    ...times,
    { label: 'Entry', value: formatPrice(position.entry_price) },
    { label: 'Realised, with fees and dividends', value: <Pnl amount={position.realized_pnl} /> },
    { label: 'Protection', value: <Protected position={position} /> },
  ];
  const whileOpen = [
    { label: 'Quantity', value: formatQuantity(position.quantity) },
    { label: 'Last', value: <LivePrice position={position} /> },
    { label: 'Open P&L', value: <LivePnl position={position} /> },
    { label: 'Value', value: <LiveValue position={position} /> },
    { label: 'Cost', value: formatMoney(position.cost) },
    { label: 'Stop', value: level(position.stop_loss_price, position.wanted_stop_price) },
    { label: 'Target', value: level(position.take_profit_price, position.wanted_target_price) },
  ];
  return (
    <DimWhenStale>
      <Facts facts={position.is_open ? [...always, ...whileOpen] : always} />
    </DimWhenStale>
  );
}
