import CloseIcon from '@mui/icons-material/CloseOutlined';
import { Dialog, DialogContent, DialogTitle, IconButton, type DialogProps } from '@mui/material';
import { useId, type ReactNode } from 'react';
import { useIsPhone } from '@/hooks/useIsPhone';

interface Props {
  title: string;
  maxWidth?: DialogProps['maxWidth'];
  onClose: () => void;
  children: ReactNode;
}

/** Everything about one thing; on a phone it takes the whole screen. */
export function DetailDialog({ title, maxWidth = 'md', onClose, children }: Props) {
  const titleId = useId();
  const isPhone = useIsPhone();
  return (
    <Dialog
      open
      onClose={onClose}
      aria-labelledby={titleId}
      maxWidth={maxWidth}
      fullWidth
      fullScreen={isPhone}
      scroll="paper"
    >
      <DialogTitle id={titleId} sx={{ pr: 7, overflowWrap: 'anywhere' }}>
        {title}
      </DialogTitle>
      <IconButton
        aria-label="Close"
        onClick={onClose}
        autoFocus
        sx={{ position: 'absolute', right: 12, top: 12 }}
      >
        <CloseIcon fontSize="small" />
      </IconButton>
      <DialogContent
        dividers
        // What scrolls must be reachable by keyboard, also where there is nothing to press in it.
        role="region"
        aria-labelledby={titleId}
        tabIndex={0}
        sx={{ px: { xs: 2, md: 3 }, display: 'grid', gap: 2, alignContent: 'start' }}
      >
        {children}
      </DialogContent>
    </Dialog>
  );
}
