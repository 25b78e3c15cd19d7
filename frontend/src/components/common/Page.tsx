import { Box, LinearProgress, Typography } from '@mui/material';
import type { ReactNode } from 'react';

interface Props {
  title: string;
  note?: ReactNode;
  actions?: ReactNode;
  /** Newer figures are on their way; those shown are of before. */
  busy?: boolean;
  children: ReactNode;
}

/** What every page but the dashboard looks like: its name, what can be done, and its panels. */
export function Page({ title, note, actions, busy = false, children }: Props) {
  return (
    <Box
      sx={{
        p: { xs: 1, md: 1.5 },
        position: 'relative',
        display: 'grid',
        gap: { xs: 1, md: 1.5 },
        gridTemplateColumns: 'minmax(0, 1fr)',
      }}
    >
      {busy && (
        <LinearProgress
          aria-label={`Loading ${title}`}
          sx={{ position: 'absolute', insetInline: 0, top: 0, height: 2 }}
        />
      )}
      <title>{`${title} · tradingbot`}</title>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1, px: 0.5, minHeight: 36 }}>
        <Typography variant="h1" sx={{ overflowWrap: 'anywhere', minWidth: 0 }}>
          {title}
        </Typography>
        {note}
        {actions && (
          <Box sx={{ ml: 'auto', display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1 }}>
            {actions}
          </Box>
        )}
      </Box>
      {children}
    </Box>
  );
}
