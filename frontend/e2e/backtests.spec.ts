import AxeBuilder from '@axe-core/playwright';
import type { BacktestList } from '@/types/domain';
import { expect, openPage, test } from './support/test';

test('a backtest is asked for, watched, read and thrown away', async ({ page, api, complaints }, info) => {
  await openPage(page, '/backtests');
  const form = page.getByRole('form', { name: 'Run a backtest' });
  await form.getByLabel('Slippage, %').fill('0.05');
  await form.getByRole('button', { name: 'Run' }).click();

  await expect(page).toHaveURL(/\/backtests\/\d+$/);
  const figures = page.getByRole('region', { name: 'Figures' });
  await expect(figures).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('img', { name: /^Equity, / })).toBeVisible();
  await expect(page.getByRole('img', { name: /^Drawdown, / })).toBeVisible();
  const trades = page.getByTestId('backtest-trade');
  await expect(trades.first()).toContainText('Buy ');
  const id = Number(/\d+$/.exec(page.url())?.[0]);
  const row = (await api.get<BacktestList>('/api/backtests')).results.find((each) => each.id === id);
  expect(row?.status).toBe('done');
  expect(row?.closed_positions).toBeGreaterThan(0);

  const chart = page.getByRole('figure', { name: /candles and volume up to .*, [1-9]\d* fills/ });
  await expect(chart).toBeVisible();
  await page
    .getByRole('button', { name: /^Chart of / })
    .first()
    .click();
  await expect(chart).toBeInViewport();

  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  await page.screenshot({ path: info.outputPath('backtest.png'), scale: 'css', fullPage: true });
  const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
  expect(scrollWidth).toBe(clientWidth);

  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Report' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe(`backtest-${id}.html`);

  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(page).toHaveURL(/\/backtests$/);
  const left = (await api.get<BacktestList>('/api/backtests')).results;
  expect(left.map((each) => each.id)).not.toContain(id);
  expect(complaints).toEqual([]);
});

test('days that cannot be run are said beside their field', async ({ page }) => {
  await openPage(page, '/backtests');
  const form = page.getByRole('form', { name: 'Run a backtest' });
  await form.getByLabel('Last day').fill('2090-01-03');
  await form.getByRole('button', { name: 'Run' }).click();

  await expect(form.getByText(/must be a day whose session is over/)).toBeVisible();
  await expect(page).toHaveURL(/\/backtests$/);
});
