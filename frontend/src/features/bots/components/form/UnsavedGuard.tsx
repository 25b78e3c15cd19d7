import { Button, Dialog, DialogActions, DialogContent, DialogTitle, Typography } from '@mui/material';
import { useEffect, useId } from 'react';
import { useBlocker } from 'react-router';

interface Props {
  /** Asked at the moment of leaving. */
  isUnsaved: () => boolean;
}

/** What was typed is not lost by a click beside it. */
export function UnsavedGuard({ isUnsaved }: Props) {
  const titleId = useId();
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => currentLocation.pathname !== nextLocation.pathname && isUnsaved(),
  );
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (isUnsaved()) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => {
      window.removeEventListener('beforeunload', warn);
    };
  }, [isUnsaved]);
  const stay = () => {
    blocker.reset?.();
  };
  return (
    <Dialog
      open={blocker.state === 'blocked'}
      onClose={stay}
      aria-labelledby={titleId}
      maxWidth="xs"
      fullWidth
    >
      <DialogTitle id={titleId}>Leave without saving?</DialogTitle>
      <DialogContent>
        <Typography variant="body2">What you changed here has not been saved and will be lost.</Typography>
      </DialogContent>
      <DialogActions>
        <Button autoFocus color="inherit" onClick={stay}>
          Stay
        </Button>
        <Button
          variant="contained"
          color="error"
          onClick={() => {
            blocker.proceed?.();
          }}
        >
          Leave
        </Button>
      </DialogActions>
    </Dialog>
  );
}
