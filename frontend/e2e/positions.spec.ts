import { formatQuantity } from '@/lib/format';
import type { PositionSummary } from '@/types/domain';
import { expect, isPhone, openPage, positionRow, test } from './support/test';

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

test('a part is sold, and the rest keeps its stop, which is moved and dragged', async ({
  page,
  api,
}, info) => {
  const position = await api.quietPosition(3);
  const { id, symbol, bot_name: bot, quantity } = position;
  const rest = Number(quantity) - 1;
  // Nobody sells it meanwhile by a signal.
  await api.post(`/api/bots/${position.bot}/stop`, { close_positions: false });
  await openPage(page, `/positions?bot=${position.bot}&position=${id}`);
  const detail = page.getByRole('dialog', { name: `${symbol} of ${bot}` });

  await detail.getByRole('button', { name: `Close ${symbol} of ${bot}` }).click();
  const sale = page.getByRole('dialog', { name: `Close ${symbol} of ${bot}?` });
  await sale.getByLabel('Shares to sell').fill('1.5');
  await expect(sale).toContainText('A part is sold in whole shares');
  await sale.getByLabel('Shares to sell').fill('1');
  await expect(sale).toContainText(`placed again at once for the other ${formatQuantity(rest)}`);
  await sale.getByRole('button', { name: `Sell 1 ${symbol}` }).click();
  await expect(sale).toBeHidden();
  await expect.poll(async () => Number((await api.position(id)).quantity)).toBe(rest);
  await expect.poll(async () => (await api.position(id)).protection).toBe('unmanaged');

  const before = Number((await api.position(id)).stop_loss_price);
  const nearer = (before * 1.001).toFixed(2);
  await detail.getByRole('button', { name: 'Move stop or target…' }).click();
  const moving = page.getByRole('dialog', { name: `Move stop or target of ${symbol}, ${bot}?` });
  await moving.getByLabel('Stop').fill('999999');
  await expect(moving).toContainText('A stop must be below the last price');
  await moving.getByLabel('Stop').fill(nearer);
  await moving.getByRole('button', { name: `Move stop to ${nearer}` }).click();
  await expect(moving).toBeHidden();
  await expect.poll(async () => Number((await api.position(id)).stop_loss_price)).toBe(Number(nearer));
  await expect(detail).toContainText(nearer);

  if (isPhone(info)) return;
  const chart = detail.getByTestId('price-chart');
  const box = await chart.boundingBox();
  if (!box) throw new Error('the chart is not there');
  const pointer = () => chart.evaluate((element) => element.style.cursor);
  let line: number | null = null;
  // From below: the stop is the lowest line.
  for (let y = box.height - 30; y > 0 && line === null; y -= 4) {
    await page.mouse.move(box.x + 100, box.y + y);
    if ((await pointer()) === 'ns-resize') line = box.y + y;
  }
  if (line === null) throw new Error('no line can be taken');
  await page.mouse.down();
  await page.mouse.move(box.x + 100, line + 10, { steps: 4 });
  await page.mouse.up();
  await expect(moving.getByLabel('Stop')).not.toHaveValue(nearer);
  const dragged = Number(await moving.getByLabel('Stop').inputValue());
  expect(dragged).toBeLessThan(Number(nearer));
  await moving.getByRole('button', { name: /^Move stop to / }).click();
  await expect(moving).toBeHidden();
  await expect.poll(async () => Number((await api.position(id)).stop_loss_price)).toBe(dragged);
});
