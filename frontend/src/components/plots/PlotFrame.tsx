import { Box } from '@mui/material';
import type { ReactElement } from 'react';
import { ResponsiveContainer } from 'recharts';

interface Props {
  /** What is drawn, and what it comes to: said to those who cannot see it. */
  label: string;
  height?: number;
  children: ReactElement;
}

/** A drawing with a name. Its numbers stand in a table or a tile beside it. */
export function PlotFrame({ label, height = 248, children }: Props) {
  return (
    <Box
      component="figure"
      role="img"
      aria-label={label}
      sx={{ m: 0, px: 1, pb: 1, height, minWidth: 0, '& .recharts-surface': { outline: 'none' } }}
    >
      <ResponsiveContainer width="100%" height="100%">
        {children}
      </ResponsiveContainer>
    </Box>
  );
}
