import { Box } from '@mui/material';
import type { ReactNode } from 'react';
import { WidgetBoundary } from '@/components/common/WidgetBoundary';
import type { Session } from '@/types/domain';
import { FillAnnouncer } from './FillAnnouncer';
import { StatusBanners } from './StatusBanners';
import { TopBar } from './TopBar';

export function AppShell({ session, children }: { session: Session; children: ReactNode }) {
  return (
    <Box
      sx={{ minHeight: '100dvh', display: 'flex', flexDirection: 'column', bgcolor: 'background.default' }}
    >
      <TopBar session={session} />
      <WidgetBoundary>
        <StatusBanners />
      </WidgetBoundary>
      <Box component="main" sx={{ flex: 1, minWidth: 0 }}>
        {children}
      </Box>
      <FillAnnouncer />
    </Box>
  );
}
