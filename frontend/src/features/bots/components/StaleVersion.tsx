import { Alert, Box, Button } from '@mui/material';

interface Props {
  seen: number;
  newest: number;
  onReload: () => void;
  onKeep: () => void;
}

/** Somebody else saved first: nothing is overwritten without being asked. */
export function StaleVersion({ seen, newest, onReload, onKeep }: Props) {
  return (
    <Alert severity="warning" variant="outlined" sx={{ bgcolor: 'background.paper', color: 'text.primary' }}>
      Somebody changed this bot while you had it open: you see version {seen}, the newest is {newest}. Reload
      it to see theirs, or keep yours and save it on top.
      <Box sx={{ mt: 1, display: 'flex', gap: 1, flexWrap: 'wrap' }}>
        <Button variant="contained" onClick={onReload}>
          Reload the newest
        </Button>
        <Button variant="outlined" color="inherit" onClick={onKeep}>
          Keep mine
        </Button>
      </Box>
    </Alert>
  );
}
