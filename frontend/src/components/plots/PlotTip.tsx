import { Box } from '@mui/material';
import type { ReactNode } from 'react';

export interface TipRow {
  name: string;
  value: ReactNode;
}

/** What stands under the pointer. */
export function PlotTip({ title, rows }: { title: string; rows: readonly TipRow[] }) {
  return (
    <Box
      sx={{
        px: 1,
        py: 0.75,
        borderRadius: 1,
        border: 1,
        borderColor: 'divider',
        bgcolor: 'background.paper',
        fontSize: '0.75rem',
        boxShadow: '0 6px 18px rgb(0 0 0 / 20%)',
      }}
    >
      <Box sx={{ fontWeight: 650 }}>{title}</Box>
      {rows.map(({ name, value }) => (
        <Box key={name} sx={{ display: 'flex', gap: 1.5, justifyContent: 'space-between' }}>
          <Box component="span" sx={{ color: 'text.secondary' }}>
            {name}
          </Box>
          <span>{value}</span>
        </Box>
      ))}
    </Box>
  );
}
