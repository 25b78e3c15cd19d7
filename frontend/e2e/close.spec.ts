import { formatQuantity } from '@/lib/format';
import { allOrders, exchangeLedger } from './support/Api';
import { SocketGate } from './support/SocketGate';
import { expect, openDashboard, positionRow, test, tradeRow } from './support/test';

const WORKING = ['new', 'accepted', 'held', 'partially_filled', 'pending_new', 'pending_cancel'];

test('a position is closed by its button: pending, gone, and gone everywhere else as well', async ({
  page,
  api,
}) => {
  const socket = await SocketGate.of(page);
  const position = await api.quietPosition();
  const { symbol, bot_name: bot, quantity } = position;
  await openDashboard(page);
  const row = positionRow(page, position);
  await expect(row).toBeVisible();

  const close = row.getByRole('button', { name: `Close ${symbol} of ${bot}` });
  const dialog = page.getByRole('dialog', { name: `Close ${symbol} of ${bot}?` });
  await close.click();
  await expect(dialog).toContainText(`Sell ${formatQuantity(quantity)} ${symbol} at market ≈ $`);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
  expect((await api.position(position.id)).closing).toBe(false);

  await close.click();
  socket.hold();
  await dialog.getByRole('button', { name: `Sell ${formatQuantity(quantity)} ${symbol}` }).click();
  const closing = row.getByRole('button', { name: `Closing ${symbol} of ${bot}` });
  await expect(closing).toHaveAttribute('aria-disabled', 'true');
  await expect(dialog).toBeHidden();
  socket.release();
  await expect(row).toHaveCount(0);

  const exit = await api.exitOf(position);
  await expect(tradeRow(page, exit.id)).toHaveCount(1);
  await expect(tradeRow(page, exit.id)).toContainText('Filled');
  expect(exit).toMatchObject({ type: 'sell', role: 'exit', status: 'filled' });
  expect(Number(exit.filled_quantity)).toBe(Number(quantity));
  const closed = await api.position(position.id);
  expect(closed).toMatchObject({ is_open: false, closing: false, protection: 'closed' });
  expect(Number(closed.quantity)).toBe(0);
  expect(Number(closed.realized_pnl)).toBe(Number(exit.profit_loss));

  const ledger = await exchangeLedger();
  expect(ledger.positions.filter((each) => each.symbol === symbol)).toEqual([]);
  const orders = allOrders(ledger).filter((order) => order.symbol === symbol);
  const sell = orders.find(({ id }) => id === exit.order_id);
  expect(sell).toMatchObject({ side: 'sell', status: 'filled', client_order_id: exit.client_order_id });
  expect(Number(sell?.filled_qty)).toBe(Number(quantity));
  expect(orders.filter(({ status }) => WORKING.includes(status))).toEqual([]);
});
