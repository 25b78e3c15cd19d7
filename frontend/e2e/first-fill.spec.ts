import type { Trade } from '@/types/domain';
import { allOrders, exchangeLedger } from './support/Api';
import { SocketGate } from './support/SocketGate';
import { botCard, expect, openDashboard, test, tradeRow } from './support/test';

const MINUTE = 60_000;

test('a fresh installation trades within a minute, and the page shows it by the socket alone', async ({
  page,
  api,
}) => {
  test.setTimeout(90_000);
  const socket = await SocketGate.of(page);
  let loads = 0;
  page.on('load', () => (loads += 1));
  // Until the first fill the list of trades is empty for this page, and from then on it is never answered again.
  await page.route(/\/api\/trades\?/, async (route) => {
    const isBefore = socket.received('trade_executed').length === 0;
    if (isBefore) await route.fulfill({ json: { next: null, previous: null, results: [] } });
  });
  await openDashboard(page);

  const bots = await api.bots();
  expect(bots.map(({ name, status }) => [name, status])).toEqual([
    ['Momentum Bot', 'running'],
    ['Dip Buyer', 'running'],
    ['Trend Rider', 'running'],
  ]);
  for (const { name } of bots) await expect(botCard(page, name)).toHaveAttribute('data-status', 'running');

  const installedAt = Math.min(...bots.map(({ created_at }) => Date.parse(created_at)));
  await expect
    .poll(() => socket.received('trade_executed').length, {
      timeout: MINUTE - (Date.now() - installedAt),
      intervals: [50],
    })
    .toBeGreaterThan(0);
  const [event] = socket.received('trade_executed');
  if (!event) throw new Error('unreachable');
  const row = tradeRow(page, event.data.id);
  await expect(row).toBeVisible({ timeout: 1000 });
  expect(Date.now() - installedAt).toBeLessThan(MINUTE);
  await expect(row).not.toHaveCSS('animation-name', 'none');
  await expect(row).toContainText(event.data.symbol);
  await expect(row).toContainText('Filled');
  expect(loads).toBe(1);

  // The row, the API and the exchange tell the same story.
  const trade = await api.trade(event.data.id);
  const known = ({
    symbol,
    type,
    role,
    quantity,
    filled_quantity,
    price,
    status,
    client_order_id,
  }: Trade) => ({
    ...{ symbol, type, role, quantity, filled_quantity, price, status, client_order_id },
  });
  expect(known(event.data)).toEqual(known(trade));
  expect(trade.status).toBe('filled');
  const orders = allOrders(await exchangeLedger());
  const order = orders.find(({ client_order_id }) => client_order_id === trade.client_order_id);
  expect(order).toMatchObject({ symbol: trade.symbol, side: trade.type, status: 'filled' });
  expect(Number(order?.filled_qty)).toBe(Number(trade.filled_quantity));
  expect(Number(order?.filled_avg_price)).toBe(Number(trade.price));

  // Asking again changes nothing: the same trade, once.
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.reload();
  await expect(row).toHaveCount(1);
});
