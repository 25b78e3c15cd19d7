import { Alert, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useId, type ReactNode } from 'react';
import { ActionButton } from './ActionButton';

interface Props {
  open: boolean;
  title: string;
  confirmLabel: string;
  cancelLabel?: string;
  /** Red where money moves or something is lost. */
  confirmColor?: 'error' | 'primary';
  pending?: boolean;
  disabledReason?: string | null;
  error?: string | null;
  onConfirm: () => void;
  onCancel: () => void;
  children: ReactNode;
}

/** Asks before money moves. Focus starts on Cancel; the button that acts names what it does. */
export function ConfirmDialog(props: Props) {
  const {
    open,
    title,
    confirmLabel,
    cancelLabel = 'Cancel',
    confirmColor = 'error',
    pending = false,
    disabledReason,
    error,
    onConfirm,
    onCancel,
    children,
  } = props;
  const titleId = useId();
  return (
    // What is on its way is not left before its end is told.
    <Dialog
      open={open}
      onClose={pending ? undefined : onCancel}
      aria-labelledby={titleId}
      maxWidth="xs"
      fullWidth
    >
      <DialogTitle id={titleId}>{title}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 1.5 }}>
        {children}
        {error && (
          <Alert severity="error" variant="outlined">
            {error}
          </Alert>
        )}
      </DialogContent>
      <DialogActions>
        <Button autoFocus disabled={pending} onClick={onCancel} color="inherit">
          {cancelLabel}
        </Button>
        <ActionButton
          variant="contained"
          color={confirmColor}
          pending={pending}
          disabledReason={disabledReason}
          onClick={onConfirm}
        >
          {confirmLabel}
        </ActionButton>
      </DialogActions>
    </Dialog>
  );
}
