import { Box, Skeleton } from '@mui/material';
import { visuallyHidden } from '@/theme/visuallyHidden';

interface Props {
  rows: number;
  height?: number;
  label: string;
}

export function RowSkeleton({ rows, height = 30, label }: Props) {
  return (
    <Box sx={{ px: 1.5, pb: 1 }}>
      <Box component="span" role="status" sx={visuallyHidden}>
        {label}
      </Box>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} variant="rounded" height={height - 6} sx={{ my: '3px' }} />
      ))}
    </Box>
  );
}
