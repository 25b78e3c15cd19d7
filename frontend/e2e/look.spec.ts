import AxeBuilder from '@axe-core/playwright';
import { fileURLToPath } from 'node:url';
import { formatPrice } from '@/lib/format';
import type { MarketData, MarketStatus } from '@/types/domain';
import { expect, openDashboard, test } from './support/test';

const LARGEST = 250_000;
const DESK = { width: 1360, height: 850 };
const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url));

for (const scheme of ['light', 'dark'] as const) {
  test(`the dashboard is whole, accessible and quiet in ${scheme}`, async ({
    page,
    api,
    complaints,
  }, info) => {
    const isPhone = info.project.name === 'phone';
    if (!isPhone) await page.setViewportSize(DESK);
    await page.emulateMedia({ colorScheme: scheme });
    await expect.poll(async () => (await api.openPositions()).length).toBeGreaterThan(1);
    const [held] = (await api.openPositions()).slice(-1);
    if (!held) throw new Error('a position was expected');
    await openDashboard(page, `?symbol=${held.symbol}&bot=${held.bot}&timeframe=1Min`);
    const { trades } = await api.get<MarketData>(
      `/api/market-data/${held.symbol}?timeframe=1Min&bot=${held.bot}`,
    );
    expect(trades.length).toBeGreaterThan(0);
    await expect(page.getByTestId('position-row').first()).toBeVisible();
    await expect(page.getByTestId('trade-row').first()).toBeVisible();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Dashboard');

    const { scrollWidth, clientWidth } = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return { scrollWidth, clientWidth };
    });
    expect(scrollWidth).toBe(clientWidth);
    const passes = async () => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    };
    await passes();

    const name = `dashboard-${isPhone ? `phone${scheme === 'dark' ? '-dark' : ''}` : scheme}.png`;
    const wanted = ['dashboard-light.png', 'dashboard-dark.png', 'dashboard-phone.png'].includes(name);
    const path = process.env.E2E_SCREENSHOTS && wanted ? IMAGES + name : info.outputPath(name);
    await expect(page.locator('.notistack-Snackbar')).toHaveCount(0);
    expect((await page.screenshot({ path, scale: 'css' })).byteLength).toBeLessThan(LARGEST);

    await page
      .getByRole('button', { name: /^Close / })
      .first()
      .click();
    // While it fades in, its colours are not yet its own.
    await expect(page.locator('.MuiDialog-container')).toHaveCSS('opacity', '1');
    await expect(page.getByRole('dialog')).toBeVisible();
    await passes();
    expect(complaints).toEqual([]);
  });
}

test('the chart leaves the wheel to the page, and takes it with Ctrl or the focus', async ({
  page,
}, info) => {
  test.skip(info.project.name === 'phone', 'a phone has no wheel');
  await page.setViewportSize({ width: 1280, height: 640 });
  await openDashboard(page);
  const chart = page.getByTestId('price-chart');
  const scrolled = () => page.evaluate(() => window.scrollY);
  const wheels = await page.evaluateHandle(() => {
    const seen: WheelEvent[] = [];
    window.addEventListener('wheel', (event) => seen.push(event), { capture: true, passive: true });
    return seen;
  });
  const takenByChart = () => wheels.evaluate((seen) => seen.map((event) => event.defaultPrevented));

  await chart.hover();
  await page.mouse.wheel(0, 40);
  await expect.poll(scrolled).toBe(40);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -40);
  await expect.poll(takenByChart).toEqual([false, true]);
  await page.keyboard.up('Control');
  await chart.focus();
  await page.mouse.wheel(0, -40);
  await expect.poll(takenByChart).toEqual([false, true, true]);
  expect(await scrolled()).toBe(40);
});

test('every timeframe draws, with the bar that is still forming', async ({ page, api, complaints }) => {
  await openDashboard(page, '?symbol=AAPL');
  for (const [button, timeframe] of [
    ['5m', '5Min'],
    ['15m', '15Min'],
    ['1h', '1Hour'],
    ['1D', '1Day'],
    ['1m', '1Min'],
  ] as const) {
    await page
      .getByRole('group', { name: 'Timeframe' })
      .getByRole('button', { name: button, exact: true })
      .click();
    await expect(page.getByRole('figure')).toHaveAccessibleName(new RegExp(`^AAPL ${timeframe} candles`));
    if (timeframe !== '1Day') continue;
    // Today's bar is not in the books yet: it is made of today's minutes.
    const { session_open } = await api.get<MarketStatus>('/api/market-status');
    const { bars } = await api.get<MarketData>('/api/market-data/AAPL?timeframe=1Min&limit=390');
    const first = bars.find(({ t }) => Date.parse(t) >= Date.parse(session_open ?? ''));
    await expect(page.getByTestId('chart-legend')).toContainText(`O${formatPrice(first?.o)}`);
  }
  expect(complaints).toEqual([]);
});
