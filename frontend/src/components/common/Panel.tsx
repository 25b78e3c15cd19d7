import { Box, Paper, Typography, type SxProps, type Theme } from '@mui/material';
import { useId, type ReactNode } from 'react';
import { WidgetBoundary } from './WidgetBoundary';

interface Props {
  title: string;
  /** Beside the title: a count, an "as of". */
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  sx?: SxProps<Theme>;
}

/** A region of the page with its own heading, and its own boundary: one that breaks leaves the others working. */
export function Panel({ title, note, actions, children, sx }: Props) {
  const headingId = useId();
  return (
    <Paper
      component="section"
      aria-labelledby={headingId}
      sx={
        [
          {
            position: 'relative',
            display: 'flex',
            flexDirection: 'column',
            minWidth: 0,
            border: 1,
            borderColor: 'divider',
            borderRadius: 1.5,
            overflow: 'hidden',
          },
          sx ?? {},
        ] as SxProps<Theme>
      }
    >
      <Box
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          alignItems: 'center',
          columnGap: 1.25,
          rowGap: 0.75,
          px: 1.5,
          py: 0.75,
          minHeight: 42,
        }}
      >
        <Typography id={headingId} variant="h2">
          {title}
        </Typography>
        {note}
        {actions && <Box sx={{ ml: 'auto', display: 'flex', flexWrap: 'wrap', gap: 1 }}>{actions}</Box>}
      </Box>
      <WidgetBoundary>{children}</WidgetBoundary>
    </Paper>
  );
}
