import type { TradePage } from '@/types/domain';
import { logInByApi } from './support/Api';
import { addAlwaysBuying, expect, isPhone, test } from './support/test';

/** The first five minutes of somebody who knows neither us nor the trade. */
test('a newcomer understands, makes a bot, tries it, starts it, sees why it bought, and stops it', async ({
  page,
  api,
  complaints,
}, info) => {
  test.setTimeout(240_000);
  const name = `My first bot ${info.project.name}`;
  await page.addInitScript(() => {
    if (sessionStorage.getItem('begun') === null) localStorage.removeItem('tradingbot.first-steps');
    sessionStorage.setItem('begun', 'yes');
  });
  await logInByApi(page.request);
  await page.goto('/');
  const steps = page.getByRole('region', { name: 'First steps' });
  await expect(steps).toContainText('everything here is pretend');
  await expect(steps).toContainText('Each purchase takes a stop to the broker');
  await expect(steps).toContainText('ALPACA_API_KEY');
  await steps.getByRole('link', { name: 'Make a bot of your own from a template' }).click();

  const form = page.getByRole('form', { name: 'Bot settings' });
  await page.getByRole('button', { name: 'Begin from Buy the dip' }).click();
  await form.getByLabel('Name').fill(name);
  await form.getByRole('combobox', { name: 'Symbols' }).fill('ko');
  await page.keyboard.press('Enter');
  await expect(form.getByRole('button', { name: 'KO' })).toBeVisible();
  // So that it buys while one watches, whatever the price does and whatever the time in New York is.
  await form.getByRole('button', { name: /^Remove Bollinger/ }).click();
  await form.getByRole('button', { name: /^Remove RSI/ }).click();
  await addAlwaysBuying(page, form);
  await form.getByLabel('Enters until (New York)').fill('16:00');
  await form.getByRole('button', { name: 'Create bot' }).click();

  await expect(page).toHaveURL(/\/bots\/\d+$/);
  const id = Number(page.url().split('/').at(-1));
  await expect(
    page.getByText('It is made and stopped: it does nothing until you press Start.'),
  ).toBeVisible();
  await page.getByRole('link', { name: 'Backtest it first' }).click();
  await page.getByRole('form', { name: 'Run a backtest' }).getByRole('button', { name: 'Run' }).click();
  await expect(page.getByRole('region', { name: 'Figures' })).toBeVisible({ timeout: 60_000 });

  await page.goto(`/bots/${id}`);
  await page.getByRole('button', { name: `Start ${name}` }).click();
  await expect(page.getByRole('button', { name: `Pause ${name}` })).toBeVisible();
  const trades = page.getByRole('region', { name: 'Recent trades' });
  await expect(trades.getByTestId('trade-row').first()).toContainText('KO', { timeout: 120_000 });
  const why = page.getByRole('region', { name: 'Recent decisions' });
  await expect(why.getByTestId('decision').filter({ hasText: 'Buy' }).first()).toBeVisible();
  const { results } = await api.get<TradePage>(`/api/trades?bot=${id}`);
  expect(results.at(-1)).toMatchObject({ symbol: 'KO', type: 'buy', role: 'entry' });
  const health = page.getByRole('region', { name: 'Health' });
  await expect(health).toContainText('1 of 1 protected');
  await page.screenshot({
    path: info.outputPath(`bot-${isPhone(info) ? 'phone' : 'desk'}.png`),
    fullPage: true,
  });

  await page.getByRole('button', { name: `Stop ${name}` }).click();
  const dialog = page.getByRole('dialog', { name: `Stop ${name}?` });
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Stop and close positions' }).click();
  await expect(page.getByRole('button', { name: `Start ${name}` })).toBeVisible();
  await expect.poll(async () => (await api.bot(id)).open_positions, { timeout: 30_000 }).toBe(0);
  expect(complaints).toEqual([]);

  await page.getByRole('button', { name: `More for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Archive…' }).click();
  const archive = page.getByRole('button', { name: 'Archive bot' });
  await archive.click();
  await expect(archive).toBeHidden();
});
