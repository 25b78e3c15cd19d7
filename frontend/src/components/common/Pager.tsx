import NextIcon from '@mui/icons-material/ChevronRightOutlined';
import PreviousIcon from '@mui/icons-material/ChevronLeftOutlined';
import { Box, Button, Typography } from '@mui/material';

interface Props {
  label: string;
  /** Where one is, in words. */
  note: string;
  onPrevious: (() => void) | null;
  onNext: (() => void) | null;
}

export function Pager({ label, note, onPrevious, onNext }: Props) {
  if (!onPrevious && !onNext) return null;
  return (
    <Box
      component="nav"
      aria-label={label}
      sx={{
        display: 'flex',
        alignItems: 'center',
        gap: 1,
        px: 1.5,
        py: 0.75,
        borderTop: 1,
        borderColor: 'divider',
      }}
    >
      <Typography variant="caption" color="textSecondary" sx={{ mr: 'auto' }}>
        {note}
      </Typography>
      <Button
        variant="outlined"
        color="inherit"
        startIcon={<PreviousIcon />}
        disabled={!onPrevious}
        onClick={onPrevious ?? undefined}
      >
        Previous
      </Button>
      <Button
        variant="outlined"
        color="inherit"
        endIcon={<NextIcon />}
        disabled={!onNext}
        onClick={onNext ?? undefined}
      >
        Next
      </Button>
    </Box>
  );
}
