import { Box } from '@mui/material';

export function Wordmark({ compact = false }: { compact?: boolean }) {
  return (
    <Box sx={{ display: 'inline-flex', alignItems: 'center', gap: 1, color: 'text.primary' }}>
      <Box component="img" src="/favicon.svg" alt="" sx={{ width: 24, height: 24, display: 'block' }} />
      <Box
        component="span"
        sx={{
          fontSize: '0.9375rem',
          fontWeight: 700,
          letterSpacing: '-0.02em',
          ...(compact && { display: { xs: 'none', sm: 'inline' } }),
        }}
      >
        tradingbot
      </Box>
    </Box>
  );
}
