import { expect, test as base, type Locator, type Page, type TestInfo } from '@playwright/test';
import type { Position } from '@/types/domain';
import { Api, logInByApi } from './Api';

interface Fixtures {
  api: Api;
  /** Everything the browser complained about. */
  complaints: string[];
}

export const test = base.extend<Fixtures>({
  // Nobody's first visit: the first steps are out of the way.
  page: async ({ page }, provide) => {
    await page.addInitScript(() => {
      localStorage.setItem('tradingbot.first-steps', '{"done":[],"closed":true}');
    });
    await provide(page);
  },
  api: async ({ playwright }, provide) => {
    const api = await Api.logIn(playwright.request);
    await provide(api);
    await api.startAllBots();
    await api.dispose();
  },
  complaints: async ({ page }, provide) => {
    const complaints: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    await provide(complaints);
  },
});

export async function openDashboard(page: Page, search = ''): Promise<void> {
  await logInByApi(page.request);
  await page.goto(`/${search}`);
  await expect(page.getByTestId('connection')).toHaveAttribute('data-state', 'open');
  await expect(page.getByTestId('bot-card').first()).toBeVisible();
  await expect(page.getByTestId('price-chart').locator('canvas').first()).toBeVisible();
}

/** Any page but the dashboard, logged in and live. */
export async function openPage(page: Page, address: string): Promise<void> {
  await logInByApi(page.request);
  await page.goto(address);
  await expect(page.getByTestId('connection')).toHaveAttribute('data-state', 'open');
}

export const isPhone = (info: TestInfo) => info.project.name === 'phone';

/** On a phone the filters are behind a button. */
export async function showFilters(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: /^Filters/ });
  if (await button.isVisible()) await button.click();
}

/** In the form of a bot: an indicator that votes buy whatever the market does, at the first closed bar. */
export async function addAlwaysBuying(page: Page, form: Locator): Promise<void> {
  await form.getByRole('button', { name: 'Add an indicator' }).click();
  await page.getByRole('menuitem', { name: /pandas-ta/ }).click();
  const custom = form.getByRole('group', { name: /^Custom:/ });
  await custom.getByLabel('Name').fill('Always');
  await custom.getByRole('combobox', { name: 'Function' }).fill('roc');
  await page.getByRole('option', { name: /^roc · / }).click();
  await form.getByLabel('Votes buy when').fill('close > 0');
}

export const botCard = (page: Page, name: string) => page.getByRole('article', { name, exact: true });

export const tradeRow = (page: Page, id: number) =>
  page.locator(`[data-testid="trade-row"][data-trade-id="${id}"]`);

export const positionRow = (page: Page, { id }: Position) =>
  page.locator(`[data-testid="position-row"][data-position-id="${id}"]`);

export { expect };
