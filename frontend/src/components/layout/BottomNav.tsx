import { Box } from '@mui/material';
import { NavLink } from 'react-router';
import { DESTINATIONS, fetchAhead } from './navigation';

export const BOTTOM_NAV_HEIGHT = 56;

/** The pages, under the thumb. */
export function BottomNav() {
  return (
    <Box
      component="nav"
      aria-label="Pages"
      sx={{
        display: { xs: 'grid', md: 'none' },
        gridTemplateColumns: `repeat(${DESTINATIONS.length}, minmax(0, 1fr))`,
        position: 'fixed',
        insetInline: 0,
        bottom: 0,
        zIndex: 'appBar',
        height: `calc(${BOTTOM_NAV_HEIGHT}px + env(safe-area-inset-bottom))`,
        pb: 'env(safe-area-inset-bottom)',
        bgcolor: 'background.paper',
        borderTop: 1,
        borderColor: 'divider',
      }}
    >
      {DESTINATIONS.map(({ label, href, icon: Icon }) => (
        <Box
          key={href}
          component={NavLink}
          to={href}
          end={href === '/'}
          {...fetchAhead(href)}
          sx={{
            display: 'flex',
            flexDirection: 'column',
            alignItems: 'center',
            justifyContent: 'center',
            gap: 0.25,
            fontSize: { xs: '0.5625rem', sm: '0.6875rem' },
            fontWeight: 600,
            color: 'text.secondary',
            textDecoration: 'none',
            borderTop: '2px solid transparent',
            '&.active': { color: 'primary.main', borderTopColor: 'primary.main' },
            '&:focus-visible': { outline: '2px solid', outlineColor: 'primary.main', outlineOffset: -3 },
          }}
        >
          <Icon aria-hidden sx={{ fontSize: 22 }} />
          {label}
        </Box>
      ))}
    </Box>
  );
}
