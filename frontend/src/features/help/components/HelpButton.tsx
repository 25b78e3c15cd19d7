import HelpIcon from '@mui/icons-material/HelpOutlineOutlined';
import { IconButton, Tooltip } from '@mui/material';
import { useState } from 'react';
import { LazyHelpDialog } from './LazyHelpDialog';

/** What this is and what its words mean, from every page. */
export function HelpButton() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Tooltip title="Help and glossary">
        <IconButton
          aria-label="Help and glossary"
          aria-haspopup="dialog"
          color="inherit"
          size="small"
          onClick={() => {
            setOpen(true);
          }}
        >
          <HelpIcon fontSize="small" />
        </IconButton>
      </Tooltip>
      {isOpen && (
        <LazyHelpDialog
          onClose={() => {
            setOpen(false);
          }}
        />
      )}
    </>
  );
}
