import { Box } from '@mui/material';
import { EmptyState } from '@/components/common/EmptyState';
import { useIsPhone } from '@/hooks/useIsPhone';
import { useMarketDay } from '@/hooks/useMarket';
import type { Trade } from '@/types/domain';
import { TradeCards, TradeTable } from './TradeRows';

/** A few given trades: those of a position, the legs of an entry. */
export function TradeList({ trades, label = 'Trades' }: { trades: readonly Trade[]; label?: string }) {
  const isPhone = useIsPhone();
  const today = useMarketDay();
  if (trades.length === 0) return <EmptyState title="No trades" hint="There is nothing to show here yet." />;
  return isPhone ? (
    <TradeCards label={label} trades={trades} today={today} />
  ) : (
    <Box sx={{ overflowX: 'auto' }}>
      <TradeTable label={label} trades={trades} today={today} />
    </Box>
  );
}
