import { Box } from '@mui/material';
import { SWATCH, type LegendEntry } from './drawLegend';

function Swatch({ colour, dash }: LegendEntry) {
  const { width, height } = SWATCH;
  return (
    <svg width={width} height={height} aria-hidden focusable="false">
      {dash ? (
        <line
          x1={0}
          x2={width}
          y1={height / 2}
          y2={height / 2}
          stroke={colour}
          strokeWidth={2}
          strokeDasharray={dash.join(' ')}
        />
      ) : (
        <rect width={height} height={height} rx={2} fill={colour} />
      )}
    </svg>
  );
}

/** Which colour, and which dashes, stand for what. */
export function PlotLegend({ entries }: { entries: readonly LegendEntry[] }) {
  return (
    <Box
      component="ul"
      aria-label="Legend"
      sx={{
        listStyle: 'none',
        m: 0,
        px: 1.5,
        pb: 1,
        display: 'flex',
        flexWrap: 'wrap',
        columnGap: 2,
        rowGap: 0.5,
        fontSize: '0.75rem',
      }}
    >
      {entries.map((entry) => (
        <Box
          component="li"
          key={entry.name}
          sx={{ display: 'flex', alignItems: 'center', gap: 0.75, overflowWrap: 'anywhere' }}
        >
          <Swatch {...entry} />
          {entry.name}
        </Box>
      ))}
    </Box>
  );
}
