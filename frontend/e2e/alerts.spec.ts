import { expect, openPage, test } from './support/test';

test('what is unread stays so over a reload, until it was read, here and on another device', async ({
  page,
  api,
  browser,
}, info) => {
  const reason = `the news on ${info.project.name}`;
  await openPage(page, '/bots');
  const bell = page.getByRole('button', { name: /^Alerts/ });
  const halt = await api.post<{ id: number }>('/api/halts', { bot: null, reason });
  await api.post(`/api/halts/${halt.id}/clear`);
  await expect(bell).toHaveAccessibleName(/^Alerts, \d+ unread$/);
  await page.reload();
  await expect(bell).toHaveAccessibleName(/^Alerts, \d+ unread$/);

  await bell.click();
  const drawer = page.getByRole('dialog', { name: 'Alerts' });
  await expect(drawer.getByTestId('alert').first()).toContainText('halt lifted');
  await drawer.getByRole('link', { name: 'All alerts' }).click();
  await expect(page).toHaveURL('/alerts');
  await expect(bell).toHaveAccessibleName('Alerts');
  const rows = page.getByRole('list', { name: 'Alerts' }).getByTestId('alert');
  await expect(rows.filter({ hasText: reason }).first()).toBeVisible();
  await page.reload();
  await expect(rows.first()).toBeVisible();
  await expect(bell).toHaveAccessibleName('Alerts');

  // The same person at another device.
  const other = await browser.newContext({ baseURL: info.project.use.baseURL });
  const elsewhere = await other.newPage();
  await openPage(elsewhere, '/alerts?level=warning');
  await expect(elsewhere.getByTestId('alert').filter({ hasText: reason })).toHaveCount(1);
  await expect(elsewhere.getByRole('button', { name: /^Alerts/ })).toHaveAccessibleName('Alerts');
  await elsewhere.goto('/alerts?state=unread');
  await expect(elsewhere.getByText('No alerts here')).toBeVisible();
  await other.close();
});
