import { Box } from '@mui/material';
import { NavLink } from 'react-router';
import { DESTINATIONS, fetchAhead } from './navigation';

/** The pages, on a desk. */
export function TopNav() {
  return (
    <Box
      component="nav"
      aria-label="Pages"
      sx={{
        display: { xs: 'none', md: 'flex' },
        gap: 0.25,
        // Beside the clock where there is room for both, below it where there is not.
        order: { md: 2, lg: 0 },
        flexBasis: { md: '100%', lg: 'auto' },
      }}
    >
      {DESTINATIONS.map(({ label, href }) => (
        <Box
          key={href}
          component={NavLink}
          to={href}
          end={href === '/'}
          {...fetchAhead(href)}
          sx={{
            display: 'inline-flex',
            alignItems: 'center',
            px: { md: 1.25, lg: 0.625, xl: 1.25 },
            minHeight: 34,
            borderRadius: 1,
            fontSize: '0.8125rem',
            fontWeight: 600,
            color: 'text.secondary',
            textDecoration: 'none',
            '&:hover': { color: 'text.primary', bgcolor: 'raised' },
            '&.active': {
              color: 'primary.main',
              bgcolor: 'color-mix(in srgb, var(--mui-palette-primary-main) 10%, transparent)',
            },
            '&:focus-visible': { outline: '2px solid', outlineColor: 'primary.main', outlineOffset: 1 },
          }}
        >
          {label}
        </Box>
      ))}
    </Box>
  );
}
