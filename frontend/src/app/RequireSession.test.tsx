import { ThemeProvider } from '@mui/material/styles';
import { QueryClientProvider } from '@tanstack/react-query';
import { screen, render, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import type { ReactNode } from 'react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { keys } from '@/hooks/queries/keys';
import { createQueryClient } from '@/lib/queryClient';
import { forgetCsrfToken } from '@/services/api';
import { FakeWebSocket } from '@/test/FakeWebSocket';
import { server, serveTests } from '@/test/server';
import { theme } from '@/theme/theme';
import { RequireSession } from './RequireSession';

vi.mock('@/components/layout/AppShell', () => ({
  AppShell: ({ children }: { children: ReactNode }) => <div data-testid="page">{children}</div>,
}));

serveTests();

const ADA = { username: 'ada', role: 'trader', version: '0.1.0' };

/** Who the server thinks is asking; null for nobody. */
let known: typeof ADA | null = ADA;

beforeEach(() => {
  known = ADA;
  FakeWebSocket.instances = [];
  document.cookie = 'csrftoken=secret';
  vi.stubGlobal('WebSocket', Object.assign(FakeWebSocket, WebSocket));
  server.use(
    http.get('*/api/auth/me', () =>
      known
        ? HttpResponse.json(known)
        : HttpResponse.json({ detail: 'Authentication credentials were not provided.' }, { status: 403 }),
    ),
    http.get('*/api/auth/csrf', () => new HttpResponse(null, { status: 204 })),
    http.post('*/api/auth/login', async ({ request }) => {
      const { username, password } = (await request.json()) as { username: string; password: string };
      if (password !== 'right') return HttpResponse.json({ detail: 'not right' }, { status: 400 });
      known = { ...ADA, username };
      return HttpResponse.json(known);
    }),
  );
});

function open() {
  const client = createQueryClient();
  const router = createMemoryRouter(
    [
      { path: '/login', element: <p>the login page</p> },
      { element: <RequireSession />, children: [{ path: '/', element: <input aria-label="Typed" /> }] },
    ],
    { initialEntries: ['/?symbol=AAPL'] },
  );
  render(
    <ThemeProvider theme={theme}>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </ThemeProvider>,
  );
  return { client, router, user: userEvent.setup() };
}

describe('a page whose session is over', () => {
  it('waits below a login, and is as it was afterwards', async () => {
    const { client, router, user } = open();
    await user.type(await screen.findByLabelText('Typed'), 'half a sentence');
    known = null;
    await client.invalidateQueries({ queryKey: keys.session });
    const dialog = within(await screen.findByRole('dialog', { name: 'Your session is over' }));
    expect(screen.getByLabelText('Typed')).not.toBeVisible();
    expect(dialog.getByLabelText(/Username/)).toHaveValue('ada');
    expect(dialog.getByLabelText(/Password/)).toHaveFocus();

    await user.type(dialog.getByLabelText(/Password/), 'wrong');
    await user.click(dialog.getByRole('button', { name: 'Log in' }));
    expect(await dialog.findByText('not right')).toBeVisible();
    await user.clear(dialog.getByLabelText(/Password/));
    await user.type(dialog.getByLabelText(/Password/), 'right');
    await user.click(dialog.getByRole('button', { name: 'Log in' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(screen.getByLabelText('Typed')).toBeVisible();
    expect(screen.getByLabelText('Typed')).toHaveValue('half a sentence');
    expect(router.state.location.search).toBe('?symbol=AAPL');
  });

  it('is live again after the socket was closed with the session', async () => {
    const { user } = open();
    await screen.findByLabelText('Typed');
    known = null;
    FakeWebSocket.latest().breakOff(4401);
    const dialog = within(await screen.findByRole('dialog', { name: 'Your session is over' }));
    expect(FakeWebSocket.instances).toHaveLength(1);
    await user.type(dialog.getByLabelText(/Password/), 'right');
    await user.click(dialog.getByRole('button', { name: 'Log in' }));
    await waitFor(() => expect(FakeWebSocket.instances).toHaveLength(2));
  });

  it('goes to the login page for somebody else', async () => {
    const { client, user, router } = open();
    await screen.findByLabelText('Typed');
    known = null;
    await client.invalidateQueries({ queryKey: keys.session });
    await user.click(await screen.findByRole('button', { name: 'Log in as somebody else' }));
    expect(await screen.findByText('the login page')).toBeVisible();
    expect(router.state.location.search).toBe('?next=%2F%3Fsymbol%3DAAPL');
  });

  it('is left for the login page by who logs out', async () => {
    const { client } = open();
    await screen.findByLabelText('Typed');
    forgetCsrfToken();
    client.setQueryData(keys.session, null);
    expect(await screen.findByText('the login page')).toBeVisible();
  });
});
