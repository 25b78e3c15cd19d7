import { Box, type SxProps, type Theme } from '@mui/material';
import type { SvgIconComponent } from '@mui/icons-material';
import type { ReactNode } from 'react';

export type Tone = 'good' | 'bad' | 'caution' | 'info' | 'quiet';

const COLOUR: Record<Tone, string> = {
  good: 'success.main',
  bad: 'error.main',
  caution: 'warning.main',
  info: 'primary.main',
  quiet: 'text.secondary',
};

interface Props {
  tone: Tone;
  icon: SvgIconComponent;
  children: ReactNode;
  /** Outlined where it stands alone, bare in a table. */
  bare?: boolean;
  sx?: SxProps<Theme>;
}

/** A state, told by colour, icon and word. */
export function StatusChip({ tone, icon: Icon, children, bare = false, sx }: Props) {
  return (
    <Box
      component="span"
      sx={
        [
          {
            display: 'inline-flex',
            alignItems: 'center',
            gap: 0.5,
            color: COLOUR[tone],
            fontSize: '0.75rem',
            fontWeight: 600,
            lineHeight: 1.35,
            whiteSpace: 'nowrap',
            verticalAlign: 'middle',
          },
          !bare && {
            px: 0.75,
            py: 0.25,
            borderRadius: 1,
            border: '1px solid color-mix(in srgb, currentColor 35%, transparent)',
            bgcolor: 'color-mix(in srgb, currentColor 7%, transparent)',
          },
          ...(Array.isArray(sx) ? (sx as SxProps<Theme>[]) : [sx]),
        ] as SxProps<Theme>
      }
    >
      <Icon aria-hidden sx={{ fontSize: 14 }} />
      {children}
    </Box>
  );
}
