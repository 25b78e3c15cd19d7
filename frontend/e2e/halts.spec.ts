import type { Bot, HaltList } from '@/types/domain';
import { expect, openPage, test } from './support/test';

const PAGES = ['Dashboard', 'Trades', 'Positions', 'Analytics'] as const;

test('all entries are halted with a reason, every page says so, and another session clears it', async ({
  page,
  api,
}) => {
  await openPage(page, '/bots');
  await page.getByRole('main').getByRole('button', { name: 'Halt all entries' }).click();
  const dialog = page.getByRole('dialog', { name: 'Halt all entries?' });
  await dialog.getByLabel('Reason').fill('the news is strange');
  await dialog.getByRole('button', { name: 'Halt all entries' }).click();
  const banner = page.getByText('All entries are halted: the news is strange');
  await expect(banner).toBeVisible();
  const { results } = await api.get<HaltList>('/api/halts');
  expect(results).toMatchObject([{ bot: null, reason: 'the news is strange', set_by: 'admin' }]);

  const nav = page.getByRole('navigation', { name: 'Pages' }).filter({ visible: true });
  for (const name of PAGES) {
    await nav.getByRole('link', { name }).click();
    await expect(nav.getByRole('link', { name })).toHaveAttribute('aria-current', 'page');
    await expect(page.getByRole('heading', { level: 1, name })).toBeAttached();
    await expect(banner).toBeVisible();
  }
  await api.clearHalts();
  await expect(banner).toBeHidden();
});

test('one bot is halted and let go again', async ({ page, api }) => {
  const [bot] = await api.bots();
  if (!bot) throw new Error('a bot was expected');
  await openPage(page, '/bots');
  const row = page.locator(`[data-testid="bot-row"][data-bot-id="${bot.id}"]`);
  const choose = async (item: string) => {
    await row.getByRole('button', { name: `More for ${bot.name}` }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await choose('Halt its entries…');
  const dialog = page.getByRole('dialog', { name: `Halt the entries of ${bot.name}?` });
  await dialog.getByLabel('Reason').fill('earnings today');
  await dialog.getByRole('button', { name: 'Halt entries' }).click();
  await expect(row.getByText('Halted')).toBeVisible();
  await choose('Clear its halt…');
  await page.getByRole('button', { name: 'Clear halt' }).click();
  await expect(row.getByText('Halted')).toHaveCount(0);
  expect((await api.get<HaltList>('/api/halts')).results).toEqual([]);
});

test('everything a bot holds is closed, and the rest stays', async ({ page, api }, info) => {
  test.setTimeout(120_000);
  const name = `Closed ${info.project.name}`;
  const bot = await api.post<Bot>('/api/bots', {
    name,
    capital: 5000,
    symbols: ['XOM'],
    indicators: { Always: { pandas_ta: 'roc', buy: 'close > 0' } },
    risk_management: { stop_loss: 0.05 },
    end_hour: 16,
  });
  await api.post(`/api/bots/${bot.id}/start`);
  await expect.poll(async () => (await api.bot(bot.id)).open_positions, { timeout: 60_000 }).toBe(1);
  await openPage(page, '/bots?search=Closed');
  const row = page.locator(`[data-testid="bot-row"][data-bot-id="${bot.id}"]`);
  await row.getByRole('button', { name: `More for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Halt its entries…' }).click();
  const dialog = page.getByRole('dialog', { name: `Halt the entries of ${name}?` });
  await dialog.getByLabel('Reason').fill('out of it');
  await dialog.getByRole('checkbox', { name: `Close everything ${name} holds` }).check();
  await expect(dialog).toContainText('is sold at the market price');
  await dialog.getByRole('button', { name: 'Halt and sell everything' }).click();
  await expect(dialog).toBeHidden();
  await expect.poll(async () => (await api.bot(bot.id)).open_positions, { timeout: 20_000 }).toBe(0);
  await expect
    .poll(async () => (await api.get<HaltList>('/api/halts')).results.map(({ flat_at: at }) => at !== null))
    .toEqual([true]);
  await api.clearHalts();
  // It buys with every bar: it is not left to the others.
  await api.post(`/api/bots/${bot.id}/stop`, { close_positions: true });
  await expect.poll(async () => (await api.bot(bot.id)).open_positions, { timeout: 20_000 }).toBe(0);
  await expect(async () => {
    await api.archive(bot.id);
  }).toPass({ timeout: 20_000 });
});
