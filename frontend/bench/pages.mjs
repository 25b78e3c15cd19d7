/**
 * What each page costs in a real browser, as a person meets it: node bench/pages.mjs URL USER PASSWORD, the password in
 * the environment. Prints one JSON line a page.
 *
 * shift: cumulative layout shift; paint: largest contentful paint, milliseconds; kilobytes and requests until the page
 * is quiet; requests a minute and frames a second afterwards, while prices arrive.
 */
import { chromium } from 'playwright-core';

const [url, user, ...pages] = process.argv.slice(2);
const QUIET_MS = 6000;
const WATCHED_MS = 15_000;
// Chromium's own "Slow 4G", as Lighthouse has it on a phone.
const SLOW_4G = { offline: false, latency: 562.5, downloadThroughput: 180_000, uploadThroughput: 84_000 };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 3 };

const observers = () => {
  window.bench = { shift: 0, paint: 0 };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.bench.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => {
    window.bench.paint = list.getEntries().at(-1).startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
};

const framesASecond = (milliseconds) =>
  new Promise((resolve) => {
    let frames = 0;
    const begun = performance.now();
    const frame = (now) => {
      frames += 1;
      if (now - begun >= milliseconds) resolve((frames * 1000) / (now - begun));
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });

async function logIn(context) {
  const page = await context.newPage();
  await page.goto(`${url}/login`);
  await page.getByLabel('Username').fill(user);
  await page.locator('input[type=password]').fill(process.env.BENCH_PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor({ state: 'attached' });
  await page.close();
}

async function measured(context, path, { slow = false } = {}) {
  const page = await context.newPage();
  await page.addInitScript(observers);
  const client = await context.newCDPSession(page);
  await client.send('Network.enable');
  await client.send('Network.setCacheDisabled', { cacheDisabled: true });
  if (slow) await client.send('Network.emulateNetworkConditions', SLOW_4G);
  let bytes = 0;
  let requests = 0;
  client.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  client.on('Network.requestWillBeSent', () => {
    requests += 1;
  });
  const begun = performance.now();
  await page.goto(url + path);
  if (slow) {
    // The first figure of the account, in dollars.
    await page
      .getByRole('region', { name: 'Account' })
      .getByText(/^\$[\d,]+\.\d\d$/)
      .first()
      .waitFor();
    const figures = performance.now() - begun;
    await page.close();
    return { page: `${path} on a phone, Slow 4G`, figures };
  }
  await page.waitForTimeout(QUIET_MS);
  const opened = { kilobytes: bytes / 1000, requests };
  await page.waitForTimeout(WATCHED_MS);
  const later = requests - opened.requests;
  const frames = await page.evaluate(framesASecond, 3000);
  const { shift, paint } = await page.evaluate(() => window.bench);
  await page.close();
  return { page: path, shift, paint, ...opened, perMinute: (later * 60_000) / WATCHED_MS, frames };
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const desk = await browser.newContext({ viewport: { width: 1440, height: 900 } });
await logIn(desk);
for (const path of pages) console.log(JSON.stringify(await measured(desk, path)));
const phone = await browser.newContext(PHONE);
await logIn(phone);
console.log(JSON.stringify(await measured(phone, '/', { slow: true })));
await browser.close();
