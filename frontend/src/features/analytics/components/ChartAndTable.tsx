import { Box } from '@mui/material';
import type { ReactNode } from 'react';

/** A drawing and its numbers: beside each other on a desk, one below the other on a phone. */
export function ChartAndTable({ children }: { children: ReactNode }) {
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 1,
        alignItems: 'start',
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) minmax(0, 2fr)' },
      }}
    >
      {children}
    </Box>
  );
}
