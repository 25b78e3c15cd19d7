import { Box, LinearProgress } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { AppShell } from '@/components/layout/AppShell';
import { ErrorState } from '@/components/common/ErrorState';
import { sessionOptions } from '@/hooks/queries/session';
import { LiveProvider } from './LiveProvider';
import { fetchPagesAhead } from './pages';
import { paths } from './paths';

export function RequireSession() {
  useEffect(fetchPagesAhead, []);
  const location = useLocation();
  const { data: session, error, refetch } = useQuery(sessionOptions());
  if (session === null)
    return <Navigate to={paths.login.href(location.pathname + location.search)} replace />;
  if (session === undefined) {
    return error ? (
      <Box component="main" sx={{ maxWidth: 520, mx: 'auto', mt: 8 }}>
        <ErrorState title="tradingbot cannot be reached" error={error} onRetry={() => void refetch()} />
      </Box>
    ) : (
      <LinearProgress aria-label="Loading" />
    );
  }
  return (
    <LiveProvider after={session.newest_event}>
      <AppShell session={session}>
        <Outlet />
      </AppShell>
    </LiveProvider>
  );
}
