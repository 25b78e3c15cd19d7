import { ThemeProvider } from '@mui/material/styles';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { safeNext } from '@/app/paths';
import { keys } from '@/hooks/queries/keys';
import { theme } from '@/theme/theme';
import { LoginPage } from './LoginPage';

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}

function renderLogin(answer: () => Response) {
  vi.stubGlobal('fetch', (url: string) =>
    Promise.resolve(url.endsWith('/csrf') ? new Response(null, { status: 204 }) : answer()),
  );
  const client = new QueryClient();
  client.setQueryData(keys.session, null);
  const router = createMemoryRouter(
    [
      { path: '/login', element: <LoginPage /> },
      { path: '/', element: <p>the dashboard</p> },
    ],
    { initialEntries: ['/login?next=%2F%3Fsymbol%3DAAPL'] },
  );
  render(
    <ThemeProvider theme={theme}>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </ThemeProvider>,
  );
  return router;
}

async function submit(username: string, password: string) {
  const user = userEvent.setup();
  if (username) await user.type(screen.getByLabelText(/Username/), username);
  if (password) await user.type(screen.getByLabelText(/Password/), password);
  await user.click(screen.getByRole('button', { name: 'Log in' }));
}

beforeEach(() => {
  document.cookie = 'csrftoken=secret';
});

describe('LoginPage', () => {
  it('starts in the first field, and asks for what is missing', async () => {
    renderLogin(() => json(200, {}));
    expect(screen.getByLabelText(/Username/)).toHaveFocus();
    await submit('ada', '');
    expect(screen.getByText('Enter your password')).toBeVisible();
    expect(screen.getByLabelText(/Password/)).toHaveFocus();
  });

  it('says what was wrong and goes back to the password', async () => {
    renderLogin(() => json(400, { title: 'Bad request', detail: 'The username or the password is wrong.' }));
    await submit('ada', 'wrong');
    expect(await screen.findByText('The username or the password is wrong.')).toBeVisible();
    expect(screen.getByLabelText(/Password/)).toHaveFocus();
  });

  it('goes where the person wanted to go', async () => {
    const router = renderLogin(() => json(200, { username: 'ada', role: 'trader', version: '0.1.0' }));
    await submit('ada', 'right');
    expect(await screen.findByText('the dashboard')).toBeVisible();
    expect(router.state.location.search).toBe('?symbol=AAPL');
  });

  it.each(['https://evil.example', '//evil.example', '/\\evil.example', '/login?next=/', null])(
    'never leaves the app for %s',
    (next) => {
      expect(safeNext(next)).toBe('/');
    },
  );
});
