import { Box } from '@mui/material';
import type { ReactNode } from 'react';
import { WidgetBoundary } from '@/components/common/WidgetBoundary';
import { Keys } from '@/features/help/components/Keys';
import type { Session } from '@/types/domain';
import { BOTTOM_NAV_HEIGHT, BottomNav } from './BottomNav';
import { FillAnnouncer } from './FillAnnouncer';
import { MAIN_ID, SkipLink } from './SkipLink';
import { StatusBanners } from './StatusBanners';
import { TopBar } from './TopBar';

export function AppShell({ session, children }: { session: Session; children: ReactNode }) {
  return (
    <Box
      sx={{ minHeight: '100dvh', display: 'flex', flexDirection: 'column', bgcolor: 'background.default' }}
    >
      <SkipLink />
      <TopBar session={session} />
      <WidgetBoundary>
        <StatusBanners />
      </WidgetBoundary>
      <Box
        component="main"
        id={MAIN_ID}
        tabIndex={-1}
        sx={{
          flex: 1,
          minWidth: 0,
          outline: 'none',
          pb: { xs: `calc(${BOTTOM_NAV_HEIGHT}px + env(safe-area-inset-bottom))`, md: 0 },
        }}
      >
        {children}
      </Box>
      <BottomNav />
      <FillAnnouncer />
      <Keys />
    </Box>
  );
}
