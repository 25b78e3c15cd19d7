import { Box, Paper, Skeleton, Typography, type SxProps, type Theme } from '@mui/material';
import type { ReactNode } from 'react';
import { HowMade, type How } from './HowMade';

export interface TileProps {
  label: string;
  value: ReactNode;
  detail?: ReactNode;
  /** It moves with the prices. */
  followsPrices?: boolean;
  how?: How | undefined;
}

export function Tile({ label, value, detail, followsPrices = false, how }: TileProps) {
  return (
    <Box component="div" sx={{ bgcolor: 'background.paper', px: 1.5, py: 1, minWidth: 0 }}>
      <Box component="dt" sx={{ display: 'flex', alignItems: 'center', justifyContent: 'space-between' }}>
        <Typography component="span" variant="overline" color="textSecondary" noWrap>
          {label}
        </Typography>
        {how && <HowMade label={label} how={how} />}
      </Box>
      <Box
        component="dd"
        className={followsPrices ? 'live' : undefined}
        sx={{ m: 0, fontSize: '1.125rem', fontWeight: 650, letterSpacing: '-0.01em', lineHeight: 1.35 }}
      >
        {value ?? <Skeleton width="70%" />}
      </Box>
      <Typography
        component="dd"
        variant="caption"
        color="textSecondary"
        noWrap
        sx={{ m: 0, display: 'block' }}
      >
        {detail ?? '\u00a0'}
      </Typography>
    </Box>
  );
}

interface TilesProps {
  label: string;
  /** What will stand there, so that nothing jumps when the values come. */
  labels: readonly string[];
  tiles: readonly TileProps[] | null;
  columns: SxProps<Theme>;
  /** How each figure is made, by its label. */
  hows?: Readonly<Record<string, How>>;
  /** Instead of the tiles: why there are none. */
  fault?: ReactNode;
}

/** A row of figures that answer "how is it going?" at a glance. */
export function Tiles({ label, labels, tiles, columns, hows, fault }: TilesProps) {
  return (
    <Paper
      component="section"
      aria-label={label}
      sx={{ border: 1, borderColor: 'divider', borderRadius: 1.5, overflow: 'hidden' }}
    >
      {fault ?? (
        <Box
          component="dl"
          sx={
            [
              { m: 0, display: 'grid', gap: '1px', bgcolor: 'divider' },
              ...(Array.isArray(columns) ? (columns as SxProps<Theme>[]) : [columns]),
            ] as SxProps<Theme>
          }
        >
          {labels.map((name, index) => (
            <Tile key={name} how={hows?.[name]} {...(tiles?.[index] ?? { label: name, value: null })} />
          ))}
        </Box>
      )}
    </Paper>
  );
}
