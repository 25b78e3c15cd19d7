import type { Page } from '@playwright/test';
import { expect, openDashboard, openPage, test } from './support/test';

/** What the browser refused to load or to run because of the page's own policy. */
async function watchRefusals(page: Page): Promise<string[]> {
  const refused: string[] = [];
  await page.exposeFunction('refusedByPolicy', (what: string) => refused.push(what));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, documentURI }) => {
      const { refusedByPolicy } = window as unknown as { refusedByPolicy: (what: string) => void };
      refusedByPolicy(`${documentURI}: ${violatedDirective} ${blockedURI}`);
    });
  });
  return refused;
}

test('the page works under its own policy', async ({ page, complaints }) => {
  const refused = await watchRefusals(page);
  await openDashboard(page);
  for (const address of [
    '/bots',
    '/bots/new',
    '/trades',
    '/positions',
    '/analytics',
    '/backtests',
    '/decisions',
  ]) {
    await openPage(page, address);
  }
  const answer = await page.goto('/');
  expect(answer?.headers()['content-security-policy']).toContain("script-src 'self';");
  expect(refused).toEqual([]);
  expect(complaints).toEqual([]);
});

test('the admin and the documentation of the API work under it', async ({ page, complaints }) => {
  const refused = await watchRefusals(page);
  await openDashboard(page);
  for (const address of [
    '/admin/',
    '/admin/bots/bot/',
    '/admin/bots/bot/add/',
    '/admin/bots/bot/1/change/',
    '/admin/auth/user/add/',
    '/admin/trades/trade/',
    '/admin/password_change/',
  ]) {
    const answer = await page.goto(address);
    expect(answer?.status(), address).toBe(200);
    expect(answer?.headers()['content-security-policy'], address).toContain("script-src 'self';");
  }
  await page.goto('/api/docs');
  await expect(page.getByRole('heading', { name: /^tradingbot/ })).toBeVisible();
  await expect(page.locator('.opblock').first()).toBeVisible();
  expect(refused).toEqual([]);
  expect(complaints).toEqual([]);
});

test('a script that somebody gets into the page does not run', async ({ page }) => {
  const refused = await watchRefusals(page);
  await openPage(page, '/bots');
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "taken over"';
    document.body.append(script);
  });
  await expect.poll(() => refused).toHaveLength(1);
  expect(await page.title()).not.toBe('taken over');
});
