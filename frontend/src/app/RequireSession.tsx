import { Box, LinearProgress } from '@mui/material';
import { focusManager, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { AppShell } from '@/components/layout/AppShell';
import { ErrorState } from '@/components/common/ErrorState';
import { SessionOver } from '@/features/login/components/SessionOver';
import { useLive } from '@/hooks/live';
import { keys } from '@/hooks/queries/keys';
import { sessionOptions } from '@/hooks/queries/session';
import { csrfToken, forgetCsrfToken } from '@/services/api';
import type { Session } from '@/types/domain';
import { LiveProvider } from './LiveProvider';
import { fetchPagesAhead } from './pages';
import { paths } from './paths';

export function RequireSession() {
  useEffect(fetchPagesAhead, []);
  const location = useLocation();
  const { data: session, error, refetch } = useQuery(sessionOptions());
  const client = useQueryClient();
  const [last, setLast] = useState<Session | null>(null);
  if (session && session !== last) setLast(session);
  // Who logs out has no token any more, and is led to the login; a session that ends by itself leaves the page as it is.
  const whose = session ?? (session === null && csrfToken() !== null ? last : null);
  const leave = () => {
    forgetCsrfToken();
    client.removeQueries({ queryKey: keys.live });
    setLast(null);
  };
  if (whose) {
    return (
      <LiveProvider key={whose.username} after={whose.newest_event}>
        <Kept isOver={session === null}>
          <AppShell session={whose}>
            <Outlet />
          </AppShell>
        </Kept>
        {session === null && <SessionOver username={whose.username} onLeave={leave} />}
      </LiveProvider>
    );
  }
  if (session === null)
    return <Navigate to={paths.login.href(location.pathname + location.search)} replace />;
  return error ? (
    <Box component="main" sx={{ maxWidth: 520, mx: 'auto', mt: 8 }}>
      <ErrorState title="tradingbot cannot be reached" error={error} onRetry={() => void refetch()} />
    </Box>
  ) : (
    <LinearProgress aria-label="Loading" />
  );
}

/** The page over the end of a session: out of sight and asking nothing, then live again. */
function Kept({ isOver, children }: { isOver: boolean; children: ReactNode }) {
  const { socket } = useLive();
  const client = useQueryClient();
  const wasOver = useRef(false);
  useEffect(() => {
    if (isOver) {
      wasOver.current = true;
      focusManager.setFocused(false);
      return () => {
        focusManager.setFocused(undefined);
      };
    }
    if (!wasOver.current) return;
    wasOver.current = false;
    // The server has closed it with the session.
    socket.start();
    void client.invalidateQueries({ queryKey: keys.live });
  }, [isOver, socket, client]);
  return (
    <Box hidden={isOver} inert={isOver}>
      {children}
    </Box>
  );
}
