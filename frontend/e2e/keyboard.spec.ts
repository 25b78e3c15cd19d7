import { expect, isPhone, openDashboard, test } from './support/test';

test('a bot is found, paused, and a page reached by the keyboard alone', async ({ page, api }, info) => {
  test.skip(isPhone(info), 'a phone has no keys');
  await openDashboard(page);
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: /^Find a page/ })).toBeFocused();
  await page.keyboard.type('dip');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Dip Buyer' })).toBeVisible();
  const id = Number(page.url().split('/').at(-1));

  const pause = page.getByRole('button', { name: 'Pause Dip Buyer' });
  await pause.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Start Dip Buyer' })).toBeVisible();
  expect((await api.bot(id)).status).toBe('paused');

  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await expect(page.getByRole('heading', { level: 1, name: 'Account' })).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('list', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});
