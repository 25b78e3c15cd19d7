import ImageIcon from '@mui/icons-material/ImageOutlined';
import { Box, IconButton, Tooltip } from '@mui/material';
import { enqueueSnackbar } from 'notistack';
import { useRef, type ReactElement } from 'react';
import { ResponsiveContainer } from 'recharts';
import { describeError } from '@/lib/errors';
import type { LegendEntry } from './drawLegend';
import { PlotLegend } from './PlotLegend';
import { usePlotColours } from './plotTheme';
import { savePng } from './savePng';

interface Props {
  /** What is drawn, and what it comes to: said to those who cannot see it. */
  label: string;
  height?: number;
  /** What stands for what, where there is more than one thing; it is in the saved picture as well. */
  legend?: readonly LegendEntry[];
  children: ReactElement;
}

/** A drawing with a name. Its numbers stand in a table or a tile beside it. */
export function PlotFrame({ label, height = 248, legend = [], children }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const colours = usePlotColours();
  const save = () => {
    const svg = frame.current?.querySelector<SVGSVGElement>('svg.recharts-surface');
    if (!svg) return;
    const name = label.split(/[:,]/)[0] ?? label;
    const file = name.replaceAll(/[^\w]+/g, '-').toLowerCase();
    savePng(svg, { background: colours.surface, text: colours.text }, file, legend).catch(
      (error: unknown) => {
        enqueueSnackbar(describeError(error), { variant: 'error' });
      },
    );
  };
  return (
    <Box
      ref={frame}
      sx={{ position: 'relative', minWidth: 0, '&:hover button, & button:focus-visible': { opacity: 1 } }}
    >
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
      {legend.length > 0 && <PlotLegend entries={legend} />}
      <Tooltip title="Save the picture as PNG">
        <IconButton
          size="small"
          aria-label="Save the picture as PNG"
          onClick={save}
          sx={{
            position: 'absolute',
            top: 0,
            right: 4,
            opacity: { xs: 0.6, md: 0 },
            bgcolor: 'background.paper',
          }}
        >
          <ImageIcon fontSize="small" />
        </IconButton>
      </Tooltip>
    </Box>
  );
}
