import { ThemeProvider } from '@mui/material/styles';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render } from '@testing-library/react';
import { SnackbarProvider } from 'notistack';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { LiveContext, type Live } from '@/hooks/live';
import { keys } from '@/hooks/queries/keys';
import { ServerClock } from '@/lib/marketClock';
import { AlertStore } from '@/services/alertStore';
import { PriceStore } from '@/services/priceStore';
import type { ConnectionState } from '@/services/websocket';
import { theme } from '@/theme/theme';
import type { Role, Trade } from '@/types/domain';

interface Surroundings {
  role?: Role;
  connection?: ConnectionState;
  /** Queries may ask the (stubbed) server. */
  ready?: boolean;
  /** The address the page is opened at, and the path of its route. */
  at?: string;
  path?: string;
}

const OPEN: ConnectionState = { phase: 'open', lostAt: null, retryAt: null };

/** Renders a piece of the page as a logged-in person sees it, without a server. */
export function renderLive(
  piece: ReactNode,
  { role = 'trader', connection = OPEN, ready = false, at = '/', path = '*' }: Surroundings = {},
) {
  const client = new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: Infinity, enabled: ready } },
  });
  client.setQueryData(keys.session, { username: 'ada', role, version: '0.1.0', newest_event: 7 });
  const prices = new PriceStore((flush) => {
    flush();
  });
  const fill: { show: (trade: Trade) => void } = { show: () => undefined };
  const parts: Omit<Live, 'lastFill'> = {
    socket: {
      getState: () => connection,
      start: () => undefined,
      subscribe: () => () => undefined,
      retryNow: () => undefined,
      setSymbols: () => undefined,
    },
    prices,
    alerts: new AlertStore(),
    clock: new ServerClock(),
  };
  function Surrounded({ children }: { children: ReactNode }) {
    const [lastFill, setLastFill] = useState<Trade | null>(null);
    useEffect(() => {
      fill.show = setLastFill;
    }, []);
    const live = useMemo(() => ({ ...parts, lastFill }), [lastFill]);
    return <LiveContext value={live}>{children}</LiveContext>;
  }
  const routes = [{ path, element: piece }];
  if (path !== '*') routes.push({ path: '*', element: <p>another page</p> });
  const router = createMemoryRouter(routes, { initialEntries: [at] });
  const view = render(
    <ThemeProvider theme={theme}>
      <QueryClientProvider client={client}>
        <SnackbarProvider />
        <Surrounded>
          <RouterProvider router={router} />
        </Surrounded>
      </QueryClientProvider>
    </ThemeProvider>,
  );
  /** As when the socket tells of a fill. */
  const showFill = (trade: Trade) => {
    act(() => {
      fill.show(trade);
    });
  };
  return { ...view, client, prices, router, showFill };
}

export interface SentRequest {
  method: string;
  url: string;
  headers: Headers;
  body: unknown;
}

/** Answers every request with one body and keeps what was asked. */
export function fakeFetch(status: number, body: unknown) {
  const requests: SentRequest[] = [];
  const fetch = (url: string, init: RequestInit = {}) => {
    requests.push({
      method: init.method ?? 'GET',
      url,
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
    });
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'content-type': type } }));
  };
  return { fetch, requests };
}
