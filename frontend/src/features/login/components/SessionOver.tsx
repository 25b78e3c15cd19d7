import { Box, Button, Dialog, Typography } from '@mui/material';
import { useId } from 'react';
import { LoginForm } from './LoginForm';

interface Props {
  username: string;
  /** Somebody else wants to log in. */
  onLeave: () => void;
}

/** Covers the page of somebody whose session is over. The page stays as it is below: what was typed in it is not lost. */
export function SessionOver({ username, onLeave }: Props) {
  const titleId = useId();
  return (
    <Dialog open fullScreen aria-labelledby={titleId} transitionDuration={0}>
      <title>Log in · tradingbot</title>
      <Box sx={{ m: 'auto', p: 3, width: '100%', maxWidth: 400, display: 'grid', gap: 1.5 }}>
        <Typography id={titleId} variant="h1">
          Your session is over
        </Typography>
        <Typography variant="body2" color="textSecondary">
          Log in again and the page is as you left it, with what you have typed.
        </Typography>
        <LoginForm username={username} />
        <Button color="inherit" onClick={onLeave}>
          Log in as somebody else
        </Button>
      </Box>
    </Dialog>
  );
}
