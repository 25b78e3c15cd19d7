import { formatQuantity } from '@/lib/format';
import type { PositionSummary } from '@/types/domain';
import { expect, openPage, positionRow, test } from './support/test';

test('a position is looked at and closed on the page of positions', async ({ page, api }) => {
  const position = await api.quietPosition();
  const { symbol, bot_name: bot, quantity } = position;
  await openPage(page, `/positions?bot=${position.bot}`);
  const row = positionRow(page, position);
  await expect(row).toBeVisible();
  await expect(row).toContainText('Protected');
  const before = await api.get<PositionSummary>(`/api/positions/summary?bot=${position.bot}`);
  const summary = page.getByRole('region', { name: 'Summary of open positions' });
  await expect(summary.getByText('Open positions').locator('../..')).toContainText(
    String(before.open_positions),
  );

  await row.getByRole('button', { name: `Details of ${symbol} of ${bot}` }).click();
  await expect(page).toHaveURL(new RegExp(`position=${position.id}`));
  const detail = page.getByRole('dialog', { name: `${symbol} of ${bot}` });
  await expect(detail.getByRole('figure')).toHaveAccessibleName(new RegExp(`^${symbol} 1Min candles`));
  await expect(detail.getByTestId('trade-row').first()).toContainText('Buy');

  await detail.getByRole('button', { name: `Close ${symbol} of ${bot}` }).click();
  const question = page.getByRole('dialog', { name: `Close ${symbol} of ${bot}?` });
  await question.getByRole('button', { name: `Sell ${formatQuantity(quantity)} ${symbol}` }).click();
  await expect(question).toBeHidden();
  const exit = await api.exitOf(position);
  // The dialog stays, and says what became of it; the list below has it no more.
  await expect(detail).toContainText('Closed ET');
  await expect(detail.locator(`[data-trade-id="${exit.id}"]`)).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(row).toHaveCount(0);

  await page.goto(`/positions?bot=${position.bot}&state=closed`);
  await expect(positionRow(page, position)).toContainText('Closed');
});
