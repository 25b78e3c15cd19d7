import HelpIcon from '@mui/icons-material/HelpOutlineOutlined';
import { Box, IconButton, Link as MuiLink, Popover } from '@mui/material';
import { useState } from 'react';
import { Link } from 'react-router';

export interface How {
  /** The formula, in words a trader reads. */
  formula: string;
  /** Where the rows stand that it is made of. */
  rows?: { href: string; words: string } | undefined;
}

/** Answers "how is this made?" for one number. */
export function HowMade({ label, how }: { label: string; how: How }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <IconButton
        size="small"
        aria-label={`How is ${label} made?`}
        aria-haspopup="dialog"
        onClick={({ currentTarget }) => {
          setAnchor(currentTarget);
        }}
        sx={{ width: 24, height: 24, my: '-4px', color: 'text.secondary' }}
      >
        <HelpIcon sx={{ fontSize: 14 }} />
      </IconButton>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => {
          setAnchor(null);
        }}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': `How ${label} is made` } }}
      >
        <Box sx={{ p: 1.5, maxWidth: 320, fontSize: '0.8125rem', display: 'grid', gap: 1 }}>
          <span>{how.formula}</span>
          {how.rows && (
            <MuiLink component={Link} to={how.rows.href}>
              {how.rows.words}
            </MuiLink>
          )}
        </Box>
      </Popover>
    </>
  );
}
