import HistoryIcon from '@mui/icons-material/HistoryOutlined';
import { Box } from '@mui/material';
import type { ReactNode } from 'react';
import { useFreshness } from '@/hooks/useMarket';
import { formatClock } from '@/lib/format';
import { zoneLabel } from '@/lib/zone';
import { StatusChip } from './StatusChip';

/** "as of 10:31:05 ET", or in another zone, while what is shown may be old; otherwise what else belongs there. */
export function AsOf({ otherwise = null }: { otherwise?: ReactNode }) {
  const { isFresh, asOf } = useFreshness();
  if (isFresh) return otherwise;
  return (
    <StatusChip tone="caution" icon={HistoryIcon} bare>
      {asOf === null ? 'not live' : `as of ${formatClock(asOf)} ${zoneLabel()}`}
    </StatusChip>
  );
}

/** Numbers that follow prices: they turn grey while no prices arrive. */
export function DimWhenStale({ children, whole = false }: { children: ReactNode; whole?: boolean }) {
  const { isFresh } = useFreshness();
  return (
    <Box
      data-stale={!isFresh}
      sx={[
        { minWidth: 0 },
        !isFresh && { '& .live, & .live *': { color: 'text.secondary', fontStyle: 'italic' } },
        // A canvas has no text to turn grey.
        !isFresh && whole && { filter: 'grayscale(1)' },
      ]}
    >
      {children}
    </Box>
  );
}
