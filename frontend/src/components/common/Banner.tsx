import { Alert, type AlertColor } from '@mui/material';
import type { ReactNode } from 'react';

interface Props {
  severity: AlertColor;
  action?: ReactNode;
  children: ReactNode;
}

/** A line across the page, above what it makes doubtful. */
export function Banner({ severity, action, children }: Props) {
  return (
    <Alert
      severity={severity}
      variant="outlined"
      role="presentation"
      action={action}
      sx={{
        py: 0,
        borderRadius: 0,
        borderWidth: '0 0 1px 3px',
        bgcolor: 'background.paper',
        color: 'text.primary',
        alignItems: 'center',
        '& .MuiAlert-message': { py: 0.75, minWidth: 0, overflowWrap: 'anywhere' },
        '& .MuiAlert-action': { pt: 0 },
      }}
    >
      {children}
    </Alert>
  );
}
