import { Box, Typography } from '@mui/material';
import { SHORTCUTS } from '@/features/help/shortcuts';

const MOD = /mac|iphone|ipad/i.test(navigator.userAgent) ? '⌘' : 'Ctrl';

function Key({ children }: { children: string }) {
  return (
    <Box
      component="kbd"
      sx={{
        font: 'inherit',
        fontSize: '0.75rem',
        fontWeight: 650,
        px: 0.75,
        border: 1,
        borderColor: 'divider',
        borderRadius: 0.75,
      }}
    >
      {children === 'mod' ? MOD : children}
    </Box>
  );
}

/** What can be done without a mouse. */
export function ShortcutList() {
  return (
    <Box component="ul" aria-label="Keys" sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gap: 0.5 }}>
      {SHORTCUTS.map(({ keys, does }) => (
        <Box component="li" key={keys.join(' ')} sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
          <Box component="span" sx={{ minWidth: 84, display: 'inline-flex', gap: 0.5 }}>
            {keys.map((key) => (
              <Key key={key}>{key}</Key>
            ))}
          </Box>
          <Typography component="span" sx={{ fontSize: '0.875rem' }}>
            {does}
          </Typography>
        </Box>
      ))}
    </Box>
  );
}
