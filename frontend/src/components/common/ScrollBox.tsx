import { Box } from '@mui/material';
import type { ReactNode } from 'react';

/** A table that may be larger than its panel; it can be scrolled by keyboard. */
export function ScrollBox({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Box
      role="region"
      aria-label={`${label}, scrollable`}
      tabIndex={0}
      sx={{
        overflow: 'auto',
        maxHeight: 330,
        '&:focus-visible': { outline: '2px solid', outlineColor: 'primary.main', outlineOffset: -2 },
      }}
    >
      {children}
    </Box>
  );
}
