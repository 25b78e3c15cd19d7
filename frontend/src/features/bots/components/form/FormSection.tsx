import { Box, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { Panel } from '@/components/common/Panel';

interface Props {
  title: string;
  hint?: string;
  children: ReactNode;
}

export function FormSection({ title, hint, children }: Props) {
  return (
    <Panel title={title}>
      <Box sx={{ px: 1.5, pt: 0.75, pb: 2, display: 'grid', gap: 2, gridTemplateColumns: 'minmax(0, 1fr)' }}>
        {hint && (
          <Typography variant="body2" color="textSecondary">
            {hint}
          </Typography>
        )}
        {children}
      </Box>
    </Panel>
  );
}
