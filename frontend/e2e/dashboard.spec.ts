import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';

const username = process.env.E2E_USERNAME ?? 'demo';
const password = process.env.E2E_PASSWORD ?? 'demo';

async function logIn(page: Page) {
  await page.goto('/login');
  // An installation that logs people in by itself goes straight to the dashboard.
  const field = page.getByLabel('Username');
  const dashboard = page.getByRole('heading', { name: 'Dashboard', level: 1 });
  await expect(field.or(dashboard)).toBeAttached();
  if (await field.isVisible()) {
    await field.fill(username);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
  }
  await expect(dashboard).toBeAttached();
  await expect(page.getByTestId('connection')).toHaveAttribute('data-state', 'open');
}

test('the dashboard is live, fits the screen and passes axe', async ({ page }) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await logIn(page);
  await expect(page.getByTestId('bot-card').first()).toBeVisible();
  await expect(page.getByTestId('price-chart').locator('canvas').first()).toBeVisible();
  await expect(
    page.getByRole('region', { name: 'Account' }).getByText('Equity', { exact: true }),
  ).toBeVisible();
  const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
  expect(scrollWidth).toBe(clientWidth);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  expect(errors).toEqual([]);
});

test('a lost connection is said, and comes back', async ({ page }) => {
  let isBlocked = false;
  await page.routeWebSocket('**/ws', (socket) => {
    if (isBlocked) {
      void socket.close({ code: 1012 });
      return;
    }
    const server = socket.connectToServer();
    const timer = setInterval(() => {
      if (!isBlocked) return;
      clearInterval(timer);
      void socket.close({ code: 1012 });
      void server.close();
    }, 50);
  });
  await logIn(page);
  isBlocked = true;
  await expect(page.getByTestId('connection')).toHaveAttribute('data-state', 'reconnecting');
  await expect(page.getByText('Live updates are lost')).toBeVisible();
  isBlocked = false;
  await expect(page.getByTestId('connection')).toHaveAttribute('data-state', 'open', { timeout: 15_000 });
  await expect(page.getByText('Live updates are lost')).toBeHidden();
});
