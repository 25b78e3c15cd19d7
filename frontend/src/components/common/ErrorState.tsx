import ErrorOutlineIcon from '@mui/icons-material/ErrorOutlineOutlined';
import { Box, Button, Typography } from '@mui/material';
import { describeError } from '@/lib/errors';

interface Props {
  title: string;
  error: unknown;
  onRetry: () => void;
}

export function ErrorState({ title, error, onRetry }: Props) {
  return (
    <Box
      role="alert"
      sx={{ display: 'flex', alignItems: 'center', gap: 1.5, px: 2, py: 2.5, flexWrap: 'wrap' }}
    >
      <ErrorOutlineIcon aria-hidden color="error" />
      <Box sx={{ flex: '1 1 160px', minWidth: 0 }}>
        <Typography variant="body2" sx={{ fontWeight: 600 }}>
          {title}
        </Typography>
        <Typography variant="body2" color="textSecondary" sx={{ overflowWrap: 'anywhere' }}>
          {describeError(error)}
        </Typography>
      </Box>
      <Button variant="outlined" onClick={onRetry}>
        Retry
      </Button>
    </Box>
  );
}
