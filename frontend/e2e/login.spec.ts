import { PASSWORD, USERNAME } from './support/stack';
import { expect, test } from './support/test';

const NOT_LOGGED_IN = 4401;

test('a wrong password is refused, the right one opens the page, and the logout ends it', async ({
  page,
}) => {
  await page.goto('/?timeframe=5Min');
  await expect(page).toHaveURL('/login?next=%2F%3Ftimeframe%3D5Min');
  const logIn = async (password: string) => {
    await page.getByLabel('Username').fill(USERNAME);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
  };

  await logIn('not the password');
  await expect(page.getByRole('alert')).toContainText('the name or the password is not right');
  await expect(page.getByLabel('Password')).toBeFocused();
  expect((await page.request.get('/api/auth/me')).status()).toBe(403);

  const opened = page.waitForEvent('websocket');
  await logIn(PASSWORD);
  await expect(page).toHaveURL('/?timeframe=5Min');
  await expect(page.getByTestId('connection')).toHaveAttribute('data-state', 'open');
  const socket = await opened;
  expect(socket.isClosed()).toBe(false);
  expect(await (await page.request.get('/api/auth/me')).json()).toEqual(
    expect.objectContaining({ username: 'admin', role: 'admin' }),
  );

  await page.getByRole('button', { name: 'User menu, admin' }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await expect(page.getByRole('heading', { name: 'Log in' })).toBeVisible();
  await expect.poll(() => socket.isClosed()).toBe(true);
  expect((await page.request.get('/api/auth/me')).status()).toBe(403);
  expect((await page.request.get('/api/summary')).status()).toBe(403);
  const refused = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new WebSocket(`${location.origin.replace('http', 'ws')}/ws`).onclose = ({ code }) => {
          resolve(code);
        };
      }),
  );
  expect(refused).toBe(NOT_LOGGED_IN);
  await page.goto('/');
  await expect(page).toHaveURL('/login');
});
