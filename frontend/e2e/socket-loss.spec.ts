import { HeldRequests } from './support/HeldRequests';
import { SocketGate } from './support/SocketGate';
import { expect, openDashboard, positionRow, test, tradeRow } from './support/test';

test('a lost socket is said at once, nothing old passes for live, and what was missed comes once', async ({
  page,
  api,
}) => {
  const socket = await SocketGate.of(page);
  const position = await api.quietPosition();
  // A paused bot still sells by signal: here nobody but us may.
  await api.post(`/api/bots/${position.bot}/stop`);
  await openDashboard(page);
  const connection = page.getByTestId('connection');
  const banner = page.getByRole('status', { name: 'System status' });
  const dimmed = page.locator('[data-stale]');
  const close = positionRow(page, position).getByRole('button', { name: /^Close / });
  await expect(dimmed).toHaveCount(4);
  await expect(page.locator('[data-stale="true"]')).toHaveCount(0);
  await expect(page.getByText(/^as of /)).toHaveCount(0);

  const held = await HeldRequests.of(page, /\/api\/(trades|positions)\?/);
  await socket.cut();
  await expect(connection).toHaveAttribute('data-state', 'reconnecting');
  await expect(banner).toContainText('Live updates are lost');
  await expect(page.locator('[data-stale="true"]')).toHaveCount(4);
  await expect(page.getByText(/^as of \d\d:\d\d:\d\d ET$/)).toHaveCount(3);
  await expect(close).toHaveAttribute('aria-disabled', 'true');
  // What nobody tells us of either: the market's state and the bots.
  const away = page.locator('[data-away="true"]');
  await expect(away.getByRole('group', { name: 'Market clock' })).toBeVisible();
  await expect(away.getByTestId('bot-card').first()).toBeVisible();

  // Meanwhile somebody else sells it: the page cannot know, and does not pretend to.
  await api.post(`/api/positions/${position.id}/close`);
  const exit = await api.exitOf(position);
  await expect(tradeRow(page, exit.id)).toHaveCount(0);
  await expect(positionRow(page, position)).toHaveCount(1);

  const before = socket.connections.length;
  // Looked up first: once the way is free, the page may be back by itself before a button can be found.
  const retry = await banner.getByRole('button', { name: 'Retry now' }).elementHandle();
  socket.restore();
  await retry.evaluate((button) => (button as HTMLButtonElement).click());
  await expect(connection).toHaveAttribute('data-state', 'open');
  await expect(tradeRow(page, exit.id)).toHaveCount(1);
  await expect(positionRow(page, position)).toHaveCount(0);
  await expect(banner).not.toContainText('Live updates are lost');
  await expect(page.locator('[data-stale="true"]')).toHaveCount(0);

  // It came by replay: its event is older than the greeting of the new connection, and came once.
  const [hello, ...replayed] = socket.connections[before] ?? [];
  if (hello?.type !== 'hello') throw new Error('the new connection was not greeted');
  const fills = replayed
    .filter((frame) => frame.type === 'trade_executed')
    .filter(({ data }) => data.id === exit.id);
  expect(fills).toHaveLength(1);
  expect(fills[0]?.id).toBeLessThanOrEqual(hello.id);
  await expect.poll(() => held.count).toBeGreaterThan(0);
  await held.letGo();
  await expect(tradeRow(page, exit.id)).toHaveCount(1);
  await expect(positionRow(page, position)).toHaveCount(0);
});
