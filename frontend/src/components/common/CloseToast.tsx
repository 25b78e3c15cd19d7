import CloseIcon from '@mui/icons-material/CloseOutlined';
import { IconButton } from '@mui/material';
import { closeSnackbar, type SnackbarKey } from 'notistack';

export function CloseToast({ toast }: { toast: SnackbarKey }) {
  return (
    <IconButton
      size="small"
      aria-label="Dismiss"
      onClick={() => {
        closeSnackbar(toast);
      }}
    >
      <CloseIcon fontSize="small" />
    </IconButton>
  );
}
