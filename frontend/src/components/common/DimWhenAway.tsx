import { Box, type SxProps, type Theme } from '@mui/material';
import type { ReactNode } from 'react';
import { useFreshness } from '@/hooks/useMarket';

/** What is only true while the server is heard: it turns grey when the connection is lost. */
export function DimWhenAway({ children, sx }: { children: ReactNode; sx?: SxProps<Theme> }) {
  const isAway = useFreshness().reason === 'connection';
  return (
    <Box
      data-away={isAway}
      title={isAway ? 'As it was when the connection was lost' : undefined}
      sx={
        [
          { minWidth: 0 },
          isAway && { filter: 'grayscale(1)', '& *': { fontStyle: 'italic' } },
          ...(Array.isArray(sx) ? (sx as SxProps<Theme>[]) : [sx ?? {}]),
        ] as SxProps<Theme>
      }
    >
      {children}
    </Box>
  );
}
