import { Box } from '@mui/material';
import { useLive } from '@/hooks/live';
import { formatPrice, formatQuantity } from '@/lib/format';
import { visuallyHidden } from '@/theme/visuallyHidden';

/** Tells a screen reader about fills; prices are never announced. */
export function FillAnnouncer() {
  const { lastFill } = useLive();
  return (
    <Box role="status" aria-label="Latest fill" sx={visuallyHidden}>
      {lastFill &&
        `${lastFill.bot_name} ${lastFill.type === 'buy' ? 'bought' : 'sold'} ${formatQuantity(lastFill.filled_quantity)} ` +
          `${lastFill.symbol} at ${formatPrice(lastFill.price)}`}
    </Box>
  );
}
