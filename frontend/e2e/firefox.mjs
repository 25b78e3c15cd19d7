/**
 * The first minutes in Firefox: node e2e/firefox.mjs URL USER, the password in PASSWORD, Firefox in FIREFOX. Playwright
 * drives a Firefox of its own only, so that puppeteer drives the one people have. Prints what it saw, one line a step.
 */
import puppeteer from 'puppeteer-core';

const [url, user] = process.argv.slice(2);
const PATIENCE_MS = 60_000;
const NAME = 'From Firefox';
const PAGES = [
  '/',
  '/bots',
  '/trades',
  '/positions',
  '/decisions',
  '/backtests',
  '/analytics',
  '/account',
  '/alerts',
  '/symbols',
];

const browser = await puppeteer.launch({
  browser: 'firefox',
  executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
});
const complaints = [];
const page = await browser.newPage();
page.setDefaultTimeout(PATIENCE_MS);
await page.setViewport({ width: 1366, height: 1200 });
page.on('console', (message) => {
  if (message.type() === 'error') complaints.push(message.text());
});
page.on('pageerror', (error) => complaints.push(String(error)));

const button = (name) =>
  page.locator(`::-p-xpath(//button[@aria-label="${name}" or normalize-space()="${name}"])`);
const field = (label) =>
  page.locator(`::-p-xpath(//label[starts-with(normalize-space(), "${label}")]/following::input[1])`);
const told = (condition, ...values) => page.waitForFunction(condition, {}, ...values);

try {
  console.log(await browser.version());
  await page.goto(`${url}/login`);
  await page.locator('input[autocomplete=username]').fill(user);
  await page.locator('input[type=password]').fill(process.env.PASSWORD);
  await page.locator('button[type=submit]').click();
  await told(() => document.querySelector('[data-testid=connection]')?.dataset.state === 'open');
  await told(() =>
    /\$[\d,]+\.\d\d/.test(document.querySelector('section[aria-label=Account]')?.innerText ?? ''),
  );
  await page.waitForSelector('[data-testid=price-chart] canvas');
  console.log('logged in: live, with the account in dollars and a chart');

  for (const path of PAGES) {
    await page.goto(url + path);
    await page.waitForSelector('h1');
    await told(() => document.querySelector('main [role=status]') === null);
    const shown = await page.evaluate(() => ({
      title: document.title,
      errors: [...document.querySelectorAll('main [role=alert]')].map((each) => each.innerText),
      wider: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    }));
    if (shown.errors.length > 0 || shown.wider > 0) throw new Error(`${path}: ${JSON.stringify(shown)}`);
    console.log(`${path}: ${shown.title}`);
  }

  await page.goto(`${url}/bots/new`);
  await button('Begin from Buy the dip').click();
  await field('Name').fill(NAME);
  await page.locator('input[role=combobox]').fill('KO');
  await page.keyboard.press('Enter');
  await button('Create bot').click();
  await told(() => /^\/bots\/\d+$/.test(location.pathname));
  await button(`Start ${NAME}`).click();
  await page.waitForSelector(`button[aria-label="Pause ${NAME}"]`);
  console.log('made a bot and started it');
  await button(`Stop ${NAME}`).click();
  await page.waitForSelector('[role=dialog]');
  await page
    .locator('::-p-xpath(//*[@role="dialog"]//button[starts-with(normalize-space(), "Stop")])')
    .click();
  await page.waitForSelector(`button[aria-label="Start ${NAME}"]`);
  console.log('stopped it');
  if (complaints.length > 0) throw new Error(`Firefox complains: ${complaints.join('; ')}`);
} catch (error) {
  if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
  throw error;
} finally {
  await browser.close();
}
