import { Box, Typography } from '@mui/material';
import type { ReactNode } from 'react';

interface Props {
  title: string;
  hint: string;
  /** The button that would change it. */
  children?: ReactNode;
}

/** Why there is nothing here, and what would bring something. */
export function EmptyState({ title, hint, children }: Props) {
  return (
    <Box sx={{ px: 2, py: 2.25, textAlign: 'center' }}>
      <Typography variant="body2" sx={{ fontWeight: 600 }}>
        {title}
      </Typography>
      <Typography variant="body2" color="textSecondary">
        {hint}
      </Typography>
      {children && <Box sx={{ mt: 1.5 }}>{children}</Box>}
    </Box>
  );
}
