import { Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { barsOptions, type Overlay } from '@/hooks/queries/market';
import { usePrice } from '@/hooks/usePrices';
import { formatPrice } from '@/lib/format';
import { livePrice } from '@/lib/livePrice';
import type { Timeframe } from '@/types/domain';

interface Props {
  symbol: string;
  timeframe: Timeframe;
  overlay: Overlay;
}

/** The newest price of the symbol, streamed or told with the bars. */
export function LastPrice({ symbol, timeframe, overlay }: Props) {
  const live = usePrice(symbol);
  const { data } = useQuery({ ...barsOptions(symbol, timeframe, overlay), enabled: false });
  const told = data?.symbol === symbol ? data : null;
  const price = livePrice(live, { price: told?.last_price ?? null, at: told?.last_price_at ?? null });
  return (
    <Box component="span" sx={{ display: 'inline-flex', gap: 1, alignItems: 'baseline' }}>
      <Box component="span" sx={{ fontWeight: 650 }}>
        {symbol}
      </Box>
      <Box component="span" className="live" sx={{ fontSize: '1rem', fontWeight: 650 }}>
        {formatPrice(price)}
      </Box>
    </Box>
  );
}
