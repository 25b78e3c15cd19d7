import { formatInteger } from '@/lib/format';
import type { Analytics } from '@/types/domain';
import { expect, openPage, test } from './support/test';

test('analytics say what the books say, for every range, daily and added up', async ({ page, api }) => {
  await openPage(page, '/analytics');
  const metrics = page.getByRole('region', { name: 'Key metrics' });
  await expect(metrics.getByText('Sharpe ratio')).toBeVisible();
  // A simulated market is days old: nothing can be said about its Sharpe ratio, and that is what is said.
  await expect(metrics).toContainText('needs 20 days');

  for (const range of ['1W', '3M', 'ALL'] as const) {
    await page
      .getByRole('group', { name: 'Range' })
      .getByRole('button', { name: range, exact: true })
      .click();
    await expect(page).toHaveURL(`/analytics?range=${range}`);
    await expect(page.getByRole('button', { name: range, exact: true })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
    await expect(async () => {
      const { metrics: m } = await api.get<Analytics>(`/api/analytics?range=${range}`);
      const trades = `${formatInteger(m.trades)} ${m.trades === 1 ? 'trade' : 'trades'}`;
      await expect(metrics).toContainText(trades, { timeout: 1000 });
    }).toPass({ timeout: 15_000 });
  }
  await page.getByRole('button', { name: 'Daily' }).click();
  await expect(page).toHaveURL('/analytics?range=ALL&view=daily');
  await expect(page.getByRole('img', { name: /^P&L, marked to market, daily/ })).toBeVisible();

  const { bots, symbols } = await api.get<Analytics>('/api/analytics?range=ALL');
  await expect(page.getByTestId('bot-performance')).toHaveCount(bots.length);
  await expect(page.getByTestId('symbol-performance')).toHaveCount(symbols.length);
  const [first] = symbols;
  if (!first) throw new Error('a traded symbol was expected');
  await page.getByRole('link', { name: `Trades of ${first.symbol}` }).click();
  await expect(page).toHaveURL(`/trades?symbol=${first.symbol}`);
});
