import { Box } from '@mui/material';
import { DimWhenAway } from '@/components/common/DimWhenAway';
import { WidgetBoundary } from '@/components/common/WidgetBoundary';
import { HaltAllButton } from '@/features/halts/components/HaltAllButton';
import { HelpButton } from '@/features/help/components/HelpButton';
import type { Session } from '@/types/domain';
import { AlertBell } from './AlertBell';
import { ConnectionIndicator } from './ConnectionIndicator';
import { MarketClock } from './MarketClock';
import { ModeBadge } from './ModeBadge';
import { SchemeToggle } from './SchemeToggle';
import { TopNav } from './TopNav';
import { UserMenu } from './UserMenu';
import { Wordmark } from './Wordmark';

export function TopBar({ session }: { session: Session }) {
  return (
    <Box
      component="header"
      sx={{
        position: 'sticky',
        top: 0,
        zIndex: 'appBar',
        display: 'flex',
        // On one line it is the clock that gives way.
        flexWrap: { xs: 'wrap', lg: 'nowrap' },
        alignItems: 'center',
        columnGap: { xs: 1, sm: 2 },
        px: { xs: 1.5, md: 2 },
        py: 0.5,
        minHeight: 48,
        bgcolor: 'background.paper',
        borderBottom: 1,
        borderColor: 'divider',
      }}
    >
      <Wordmark compact />
      <ModeBadge />
      <Box
        sx={{
          order: { xs: 1, md: 0 },
          flexBasis: { xs: '100%', md: 'auto' },
          ml: { xs: 0, md: 1 },
          pb: { xs: 0.5, md: 0 },
          // As wide as it will be: the pages beside it do not move when it is known.
          minWidth: { xs: 0, lg: 272, xl: 440 },
        }}
      >
        <WidgetBoundary>
          <DimWhenAway>
            <MarketClock />
          </DimWhenAway>
        </WidgetBoundary>
      </Box>
      <TopNav />
      <Box sx={{ ml: 'auto', display: 'flex', alignItems: 'center', gap: 0.5 }}>
        <ConnectionIndicator />
        <HaltAllButton compact />
        <AlertBell />
        <HelpButton />
        <SchemeToggle />
        <UserMenu session={session} />
      </Box>
    </Box>
  );
}
