import { Box } from '@mui/material';
import { Pnl } from '@/components/common/Pnl';
import { usePrice } from '@/hooks/usePrices';
import { Decimal, decimalToString } from '@/lib/decimal';
import { formatMoney, formatPrice } from '@/lib/format';
import { openPnl, openPrice } from '@/lib/pnl';
import type { Position } from '@/types/domain';

/** Leaves that follow the price of their symbol; nothing above them renders with a tick. */
export function LivePrice({ position }: { position: Position }) {
  const tick = usePrice(position.symbol);
  return (
    <Box component="span" className="live">
      {formatPrice(openPrice(position, tick))}
    </Box>
  );
}

export function LivePnl({ position, stacked = false }: { position: Position; stacked?: boolean }) {
  const tick = usePrice(position.symbol);
  const { amount, fraction } = openPnl(position, tick);
  return (
    <span className="live">
      <Pnl amount={amount} fraction={fraction} stacked={stacked} />
    </span>
  );
}

export function LiveValue({ position }: { position: Position }) {
  const tick = usePrice(position.symbol);
  const price = openPrice(position, tick);
  const value = price === null ? null : new Decimal(price).times(position.quantity);
  return (
    <Box component="span" className="live">
      {formatMoney(value === null ? null : decimalToString(value))}
    </Box>
  );
}
