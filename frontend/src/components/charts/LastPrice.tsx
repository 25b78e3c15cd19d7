import { Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { barsOptions, type Overlay } from '@/hooks/queries/market';
import { usePrice } from '@/hooks/usePrices';
import { formatPrice } from '@/lib/format';
import type { Timeframe } from '@/types/domain';

interface Props {
  symbol: string;
  timeframe: Timeframe;
  overlay: Overlay;
}

/** The symbol's live price; before the first tick, the last one the server knew. */
export function LastPrice({ symbol, timeframe, overlay }: Props) {
  const live = usePrice(symbol);
  const { data } = useQuery({ ...barsOptions(symbol, timeframe, overlay), enabled: false });
  const known = data?.symbol === symbol ? data.last_price : null;
  return (
    <Box component="span" sx={{ display: 'inline-flex', gap: 1, alignItems: 'baseline' }}>
      <Box component="span" sx={{ fontWeight: 650 }}>
        {symbol}
      </Box>
      <Box component="span" className="live" sx={{ fontSize: '1rem', fontWeight: 650 }}>
        {formatPrice(live?.price ?? known)}
      </Box>
    </Box>
  );
}
