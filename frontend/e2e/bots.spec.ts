import type { BotStatus } from '@/types/domain';
import { HeldRequests } from './support/HeldRequests';
import { botCard, expect, openDashboard, test } from './support/test';

const WORD = { running: 'Running', paused: 'Paused', stopped: 'Stopped', error: 'Error' } as const;
const NAME = 'Dip Buyer';

test('what another session does to a bot is seen at once, by the socket alone', async ({ page, api }) => {
  const figures = page
    .waitForEvent('websocket')
    .then((socket) =>
      socket.waitForEvent('framereceived', ({ payload }) => String(payload).includes('"type": "figures"')),
    );
  await openDashboard(page);
  await figures;
  const card = botCard(page, NAME);
  const id = Number(await card.getAttribute('data-bot-id'));
  const held = await HeldRequests.of(page, /\/api\/(bots(\?.*)?|summary)$/);
  const sees = async (status: BotStatus) => {
    await expect(card).toHaveAttribute('data-status', status);
    await expect(card.getByText(WORD[status], { exact: true })).toBeVisible();
    expect((await api.bot(id)).status).toBe(status);
  };

  await sees('running');
  for (const [action, status] of [
    ['pause', 'paused'],
    ['stop', 'stopped'],
    ['start', 'running'],
  ] as const) {
    await api.post(`/api/bots/${id}/${action}`);
    await sees(status);
  }
  // Nobody asks for what the socket tells.
  expect(held.count).toBe(0);
  await held.letGo();
});

test('a bot is paused, started and stopped by its buttons; stopping asks first and leaves the positions', async ({
  page,
  api,
}) => {
  const { bot_name: name, bot: id } = await api.quietPosition();
  await openDashboard(page);
  const card = botCard(page, name);
  const button = (action: string) => card.getByRole('button', { name: `${action} ${name}` });
  const becomes = async (status: BotStatus) => {
    await expect(card).toHaveAttribute('data-status', status);
    expect((await api.bot(id)).status).toBe(status);
  };

  await becomes('paused');
  await expect(button('Pause')).toHaveCount(0);
  await button('Start').click();
  await becomes('running');
  await button('Pause').click();
  await becomes('paused');
  const held = (await api.bot(id)).open_positions;
  expect(held).toBeGreaterThan(0);

  const dialog = page.getByRole('dialog', { name: `Stop ${name}?` });
  await button('Stop').click();
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await becomes('paused');

  await button('Stop').click();
  await expect(dialog).toContainText('Stops and targets resting at the broker stay in force');
  await dialog.getByRole('button', { name: 'Stop bot' }).click();
  await becomes('stopped');
  await expect(dialog).toBeHidden();
  expect((await api.bot(id)).open_positions).toBe(held);
  await expect(
    page.getByTestId('position-row').filter({ hasText: name }).filter({ hasText: 'Unmanaged' }),
  ).toHaveCount(held);

  await button('Start').click();
  await becomes('running');
});
