import { Box, Skeleton, Tooltip } from '@mui/material';
import { useMarketStatus } from '@/hooks/useMarket';

const EXPLANATION = {
  simulator: 'The bundled exchange simulator: no real orders, no real money',
  paper: 'Alpaca paper trading: real prices, no real money',
} as const;

export function ModeBadge() {
  const { data: status } = useMarketStatus();
  if (!status) return <Skeleton variant="rounded" width={88} height={20} />;
  return (
    <Tooltip title={EXPLANATION[status.mode]}>
      <Box
        component="span"
        sx={{
          px: 0.75,
          py: 0.25,
          borderRadius: 0.75,
          fontSize: '0.6875rem',
          fontWeight: 700,
          letterSpacing: '0.06em',
          color: 'primary.main',
          border: '1px solid currentColor',
        }}
      >
        {status.mode.toUpperCase()}
      </Box>
    </Tooltip>
  );
}
