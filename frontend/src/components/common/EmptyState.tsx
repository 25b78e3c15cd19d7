import { Box, Typography } from '@mui/material';

/** Why there is nothing here, and what would bring something. */
export function EmptyState({ title, hint }: { title: string; hint: string }) {
  return (
    <Box sx={{ px: 2, py: 2.25, textAlign: 'center' }}>
      <Typography variant="body2" sx={{ fontWeight: 600 }}>
        {title}
      </Typography>
      <Typography variant="body2" color="textSecondary">
        {hint}
      </Typography>
    </Box>
  );
}
