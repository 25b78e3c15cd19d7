import { Box } from '@mui/material';
import type { ReactNode } from 'react';

/** Inputs side by side where there is room, aligned by their top. */
export function FieldGrid({ children }: { children: ReactNode }) {
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 2,
        alignItems: 'start',
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: 'repeat(auto-fill, minmax(220px, 1fr))' },
      }}
    >
      {children}
    </Box>
  );
}
