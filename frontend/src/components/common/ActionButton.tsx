import { Button, CircularProgress, Tooltip, type ButtonProps, type SxProps, type Theme } from '@mui/material';

interface Props extends Omit<ButtonProps, 'disabled' | 'loading'> {
  /** Why it cannot be pressed now. It stays reachable, so that the reason can be read. */
  disabledReason?: string | null | undefined;
  pending?: boolean;
}

export function ActionButton({ disabledReason, pending = false, onClick, startIcon, sx, ...props }: Props) {
  const isDisabled = pending || Boolean(disabledReason);
  return (
    <Tooltip title={disabledReason ?? ''} describeChild>
      <Button
        {...props}
        aria-disabled={isDisabled || undefined}
        aria-busy={pending || undefined}
        onClick={isDisabled ? undefined : onClick}
        startIcon={pending ? <CircularProgress aria-hidden size={14} color="inherit" /> : startIcon}
        sx={
          [
            {
              '&[aria-disabled="true"]': {
                color: 'text.secondary',
                cursor: 'not-allowed',
                bgcolor: 'transparent',
              },
            },
            ...(Array.isArray(sx) ? (sx as SxProps<Theme>[]) : [sx]),
          ] as SxProps<Theme>
        }
      />
    </Tooltip>
  );
}
