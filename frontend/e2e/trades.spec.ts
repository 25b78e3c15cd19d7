import { readFile } from 'node:fs/promises';
import { formatSignedMoney } from '@/lib/format';
import type { Trade, TradeDetail, TradePage, TradeStats } from '@/types/domain';
import type { Api } from './support/Api';
import { expect, isPhone, openPage, showFilters, test } from './support/test';

/** Trades that change no more: those of a bot that is paused and holds nothing it could sell meanwhile. */
async function quietTrades(api: Api): Promise<Trade[]> {
  await expect(async () => {
    const { results } = await api.get<TradePage>('/api/trades?type=sell&status=filled');
    expect(results.length).toBeGreaterThan(0);
  }).toPass({ timeout: 40_000 });
  for (const { id, status } of await api.bots()) {
    if (status === 'running') await api.post(`/api/bots/${id}/stop`, { close_positions: true });
  }
  await expect.poll(async () => (await api.openPositions()).length, { timeout: 20_000 }).toBe(0);
  return (await api.get<TradePage>('/api/trades?page_size=200')).results;
}

test('trades are filtered in the address, summed up, and exported as they are shown', async ({
  page,
  api,
}, info) => {
  const all = await quietTrades(api);
  const sale = all.find(({ type, status }) => type === 'sell' && status === 'filled');
  if (!sale) throw new Error('a sale was expected');
  const meant = all.filter((each) => each.symbol === sale.symbol && each.type === 'sell');

  await openPage(page, '/trades');
  await showFilters(page);
  await page.getByRole('combobox', { name: 'Symbols' }).fill(sale.symbol);
  await page.keyboard.press('Enter');
  await page.getByRole('combobox', { name: 'Type' }).click();
  await page.getByRole('option', { name: 'Sell' }).click();
  await expect(page).toHaveURL(`/trades?symbol=${sale.symbol}&type=sell`);
  const rows = page.getByTestId('trade-row');
  await expect(rows).toHaveCount(Math.min(50, meant.length));

  // Whoever is given the address sees the same.
  await page.reload();
  await expect(rows).toHaveCount(Math.min(50, meant.length));
  const stats = await api.get<TradeStats>(`/api/trades/stats?symbol=${sale.symbol}&type=sell`);
  const figures = page.getByRole('region', { name: 'Statistics of these trades' });
  await expect(figures).toContainText(formatSignedMoney(stats.total_pnl));

  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export CSV' }).click();
  const file = await downloading;
  expect(file.suggestedFilename()).toMatch(/^trades-\d{8}\.csv$/);
  const lines = (await readFile(await file.path(), 'utf8')).trim().split(/\r?\n/);
  expect(lines).toHaveLength(meant.length + 1);
  for (const line of lines.slice(1)) expect(line).toContain(sale.symbol);

  // The newest sale, in full.
  await page
    .getByRole('button', { name: /^Details of the sell/ })
    .first()
    .click();
  const newest = await api.get<TradeDetail>(`/api/trades/${meant[0]?.id ?? 0}`);
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(newest.client_order_id);
  await expect(dialog.getByRole('table', { name: 'Fills' }).getByRole('row')).toHaveCount(
    newest.executions.length + 1,
  );
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL(`/trades?symbol=${sale.symbol}&type=sell`);
  if (isPhone(info)) return;

  await page.getByRole('button', { name: 'P&L', exact: true }).click();
  await expect(page).toHaveURL(/ordering=-profit_loss/);
  const best = Math.max(...meant.map(({ profit_loss: made }) => Number(made)));
  await expect(rows.first()).toContainText(formatSignedMoney(best));
});
