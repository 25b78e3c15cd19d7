import { Box, Typography } from '@mui/material';
import type { ReactNode } from 'react';

export interface Fact {
  label: string;
  value: ReactNode;
  /** A line of its own: it may be long. */
  wide?: boolean;
}

/** Names and values of one thing, in as many columns as there is room for. */
export function Facts({ facts, minWidth = 130 }: { facts: readonly Fact[]; minWidth?: number }) {
  return (
    <Box
      component="dl"
      sx={{
        m: 0,
        display: 'grid',
        gap: 1.25,
        gridTemplateColumns: `repeat(auto-fill, minmax(${minWidth}px, 1fr))`,
      }}
    >
      {facts.map(({ label, value, wide }) => (
        <Box key={label} sx={{ minWidth: 0, ...(wide && { gridColumn: '1 / -1' }) }}>
          <Typography component="dt" variant="caption" color="textSecondary" sx={{ display: 'block' }}>
            {label}
          </Typography>
          <Box
            component="dd"
            sx={{ m: 0, fontSize: '0.8125rem', fontWeight: wide ? 400 : 600, overflowWrap: 'anywhere' }}
          >
            {value}
          </Box>
        </Box>
      ))}
    </Box>
  );
}
