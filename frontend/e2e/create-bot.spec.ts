import type { Bot, TradePage } from '@/types/domain';
import { addAlwaysBuying, expect, openPage, test } from './support/test';

test('a bot is created by the form, started, watched at its first trade, stopped and archived', async ({
  page,
  api,
}, info) => {
  test.setTimeout(120_000);
  const name = `Made by hand ${info.project.name}`;
  await openPage(page, '/bots');
  await page.getByRole('button', { name: 'Create a bot' }).click();
  const form = page.getByRole('form', { name: 'Bot settings' });

  // What is missing is said, and nothing is stored.
  await form.getByRole('button', { name: 'Create bot' }).click();
  await expect(form.getByText('Name is required')).toBeVisible();
  expect((await api.bots()).map((bot) => bot.name)).not.toContain(name);

  await form.getByLabel('Name').fill(name);
  await form.getByLabel('Capital').fill('20000');
  await form.getByRole('combobox', { name: 'Symbols' }).fill('aapl');
  await page.getByRole('option', { name: /^AAPL/ }).click();
  await page.keyboard.press('Escape');
  await form.getByLabel('Enters until (New York)').fill('16:00');
  await addAlwaysBuying(page, form);
  await form.getByLabel('Stop loss').fill('2.5');
  await expect(form.getByText('about $50 lost on a full position of $2,000')).toBeVisible();
  const preview = form.getByRole('region', { name: 'Preview' });
  await expect(preview.getByRole('figure')).toHaveAccessibleName(/^AAPL 1Min candles and volume with Always/);

  await form.getByRole('button', { name: 'Create bot' }).click();
  await expect(page).toHaveURL(/\/bots\/\d+$/);
  const id = Number(page.url().split('/').at(-1));
  expect(await api.get<Bot>(`/api/bots/${id}`)).toMatchObject({
    name,
    status: 'stopped',
    symbols: ['AAPL'],
    end_hour: 16,
    risk_management: { stop_loss: 0.025, take_profit: null },
  });

  await page.getByRole('button', { name: `Start ${name}` }).click();
  await expect(page.getByRole('button', { name: `Pause ${name}` })).toBeVisible();
  await page.getByRole('button', { name: `More for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Its trades' }).click();
  await expect(page).toHaveURL(`/trades?bot=${id}`);
  const row = page.getByTestId('trade-row').first();
  await expect(row).toBeVisible({ timeout: 45_000 });
  await expect(row).toContainText('AAPL');
  // A slow machine gives an entry up whose minute is over, and decides again.
  await expect(async () => {
    const { results } = await api.get<TradePage>(`/api/trades?bot=${id}&status=filled`);
    expect(results.at(-1)).toMatchObject({ symbol: 'AAPL', type: 'buy', role: 'entry' });
  }).toPass({ timeout: 45_000 });

  await page.goto('/bots');
  const bot = page.locator(`[data-testid="bot-row"][data-bot-id="${id}"]`);
  await bot.getByRole('button', { name: `Stop ${name}` }).click();
  const dialog = page.getByRole('dialog', { name: `Stop ${name}?` });
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Stop and close positions' }).click();
  await expect(bot).toHaveAttribute('data-status', 'stopped');
  await expect.poll(async () => (await api.bot(id)).open_positions, { timeout: 20_000 }).toBe(0);
  await bot.getByRole('button', { name: `More for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Archive…' }).click();
  await page.getByRole('button', { name: 'Archive bot' }).click();
  await expect(bot).toHaveCount(0);
  expect((await api.bots()).map((each) => each.name)).not.toContain(name);
});

test('what the server refuses is said at its field, and an older version is never overwritten', async ({
  page,
  api,
}) => {
  const [first] = await api.bots();
  if (!first) throw new Error('a bot was expected');
  await openPage(page, `/bots/${first.id}/settings`);
  const form = page.getByRole('form', { name: 'Bot settings' });
  const slow = form.getByRole('group', { name: /^MACD/ }).getByLabel('slow', { exact: true });
  const before = await slow.inputValue();

  // Only the server knows that the fast average must be faster.
  await slow.fill('5');
  await form.getByRole('button', { name: 'Save changes' }).click();
  await expect(form.getByText('fast must be below slow (5)', { exact: true })).toBeVisible();
  expect((await api.bot(first.id)).version).toBe(first.version);
  await slow.fill(before);

  // Somebody else saves meanwhile.
  const { risk_management: risk, ...rest } = first;
  await api.put(`/api/bots/${first.id}`, { ...rest, risk_management: risk, trading_frequency: 61 });
  await form.getByLabel('Trading frequency').fill('62');
  await form.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByText(/Somebody changed this bot/).first()).toBeVisible();
  expect((await api.bot(first.id)).trading_frequency).toBe(61);
  await page.getByRole('button', { name: 'Keep mine' }).first().click();
  await form.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByText(`${first.name} is saved.`, { exact: false })).toBeVisible();
  expect((await api.bot(first.id)).trading_frequency).toBe(62);

  const now = await api.bot(first.id);
  await api.put(`/api/bots/${first.id}`, { ...now, trading_frequency: first.trading_frequency });
});
