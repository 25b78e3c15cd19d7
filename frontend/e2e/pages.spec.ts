import AxeBuilder from '@axe-core/playwright';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from '@playwright/test';
import { expect, isPhone, openPage, test } from './support/test';

const LARGEST = 250_000;
const DESK = { width: 1366, height: 850 };
const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url));
/** Those the documentation shows. */
const KEPT = new Set(['bots-light', 'bot-form-light', 'trades-dark', 'positions-phone', 'analytics-light']);

interface Look {
  name: string;
  address: string;
  /** When it is there, the page is. */
  sign: (page: Page) => Locator;
}

const LOOKS: readonly Look[] = [
  { name: 'bots', address: '/bots', sign: (page) => page.getByTestId('bot-row').first() },
  { name: 'bot-new', address: '/bots/new', sign: (page) => page.getByRole('button', { name: 'Create bot' }) },
  {
    name: 'bot',
    address: '/bots/1',
    sign: (page) => page.getByTestId('price-chart').locator('canvas').first(),
  },
  {
    name: 'bot-form',
    address: '/bots/1/settings',
    sign: (page) => page.getByTestId('price-chart').locator('canvas').first(),
  },
  { name: 'trades', address: '/trades', sign: (page) => page.getByTestId('trade-row').first() },
  { name: 'trade', address: '/trades?trade=1', sign: (page) => page.getByRole('table', { name: 'Fills' }) },
  {
    name: 'positions',
    address: '/positions?state=all',
    sign: (page) => page.getByTestId('position-row').first(),
  },
  {
    name: 'position',
    address: '/positions?position=1',
    sign: (page) => page.getByRole('dialog').getByTestId('price-chart').locator('canvas').first(),
  },
  { name: 'alerts', address: '/alerts', sign: (page) => page.getByTestId('alert').first() },
  { name: 'account', address: '/account', sign: (page) => page.getByRole('list', { name: 'Trading days' }) },
  {
    name: 'symbols',
    address: '/symbols',
    sign: (page) => page.getByRole('table', { name: 'Traded by bots' }),
  },
  {
    name: 'symbol',
    address: '/symbols/AAPL',
    sign: (page) => page.getByTestId('price-chart').locator('canvas').first(),
  },
  {
    name: 'analytics',
    address: '/analytics',
    sign: (page) => page.getByTestId('symbol-performance').first(),
  },
];

for (const scheme of ['light', 'dark'] as const) {
  for (const { name, address, sign } of LOOKS) {
    test(`${name} is whole, accessible and quiet in ${scheme}`, async ({ page, api, complaints }, info) => {
      const phone = isPhone(info);
      // A market that has just begun has nothing to show yet.
      await expect.poll(async () => (await api.openPositions()).length).toBeGreaterThan(0);
      if (!phone) await page.setViewportSize(DESK);
      await page.emulateMedia({ colorScheme: scheme });
      await openPage(page, address);
      await expect(sign(page)).toBeVisible();
      await expect(page.locator('.MuiSkeleton-root')).toHaveCount(0);
      await expect(page.getByRole('alert')).toHaveCount(0);
      await expect(page.locator('.notistack-Snackbar')).toHaveCount(0);

      const { scrollWidth, clientWidth } = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return { scrollWidth, clientWidth };
      });
      expect(scrollWidth).toBe(clientWidth);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);

      const shot = `${name}-${phone ? `phone${scheme === 'dark' ? '-dark' : ''}` : scheme}`;
      const path =
        process.env.E2E_SCREENSHOTS && KEPT.has(shot)
          ? `${IMAGES}${shot}.png`
          : info.outputPath(`${shot}.png`);
      expect((await page.screenshot({ path, scale: 'css' })).byteLength).toBeLessThan(LARGEST);
      expect(complaints).toEqual([]);
    });
  }
}
