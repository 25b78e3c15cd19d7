import type { Bot, BotList } from '@/types/domain';
import { expect, isPhone, openDashboard, openPage, showFilters, test } from './support/test';

const COUNT = 300;
const RUNNING = 30;
const SYMBOLS = ['AAPL', 'MSFT', 'GOOGL', 'AMZN', 'NVDA'];

test('three hundred bots are found, sorted and stopped at once', async ({ page, api, complaints }, info) => {
  test.skip(isPhone(info), 'making three hundred takes long: once is enough');
  test.setTimeout(240_000);
  const ids: number[] = [];
  for (let number = 0; number < COUNT; number += 1) {
    const bot = await api.post<Bot>('/api/bots', {
      name: `Fleet ${String(number).padStart(3, '0')}`,
      symbols: [SYMBOLS[number % SYMBOLS.length]],
      // It never buys: what is looked at is the page.
      indicators: { RSI: { oversold: 1 } },
      capital: 1000 + number,
      risk_management: { stop_loss: 0.02 },
    });
    ids.push(bot.id);
  }
  await api.post('/api/bots/act', { action: 'start', bots: ids.slice(0, RUNNING) });
  try {
    await openDashboard(page);
    await expect(page.getByTestId('bot-card')).toHaveCount(12);
    await page.getByRole('link', { name: 'All bots' }).click();

    await showFilters(page);
    await page.getByLabel('Name').fill('Fleet');
    await expect(page.getByText(String(COUNT), { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Capital' }).click();
    await expect(page.getByTestId('bot-row').first()).toContainText(`Fleet ${COUNT - 1}`);
    await page.getByRole('button', { name: 'Next' }).click();
    await expect(page.getByTestId('bot-row').first()).toContainText(`Fleet ${COUNT - 51}`);

    await page.getByRole('checkbox', { name: 'Choose every bot on this page' }).check();
    await expect(page.getByText('50 bots chosen')).toBeVisible();
    await page.getByRole('button', { name: `Choose all ${COUNT} found` }).click();
    await expect(page.getByText(`${COUNT} bots chosen`)).toBeVisible();
    await page.getByRole('button', { name: 'Stop…' }).click();
    await page.getByRole('button', { name: `Stop ${COUNT} bots` }).click();
    await expect(page.getByText(`${COUNT} bots stopped`)).toBeVisible({ timeout: 60_000 });
    const left = await api.get<BotList>('/api/bots?search=Fleet&status=running');
    expect(left.count).toBe(0);
    // Nobody else was stopped with them.
    expect((await api.get<BotList>('/api/bots?status=running')).count).toBeGreaterThan(0);

    await openPage(page, '/bots?search=Fleet&status=stopped');
    await expect(page.getByTestId('bot-row')).toHaveCount(50);
    expect(complaints).toEqual([]);
  } finally {
    for (const id of ids) await api.delete(`/api/bots/${id}`);
  }
});
