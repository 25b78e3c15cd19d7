import { defineConfig, devices } from '@playwright/test';
import { BASE_URL, NGINX_PORT, NGINX_URL, PASSWORD, PORT, SIMULATOR_PORT } from './e2e/support/stack';

const phone = { ...devices['Pixel 7'], viewport: { width: 390, height: 844 } };
const desktop = { ...devices['Desktop Chrome'], viewport: { width: 1440, height: 900 } };
const FRESH = 'first-fill.spec.ts';

/** The real product, started for this run on a directory of its own, in Debian's Chromium. */
export default defineConfig({
  testDir: './e2e',
  testMatch: '*.spec.ts',
  // One exchange and one account for all: the specs take turns.
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  use: {
    baseURL: BASE_URL,
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    },
  },
  projects: [
    // First, while the installation is fresh.
    { name: 'fresh', testMatch: FRESH, use: desktop },
    { name: 'desktop', testIgnore: FRESH, use: desktop },
    { name: 'phone', testIgnore: [FRESH, 'doors.spec.ts'], use: phone },
    // What a proxy can spoil, through the shipped nginx.
    { name: 'nginx', testMatch: ['login.spec.ts', 'doors.spec.ts'], use: { ...desktop, baseURL: NGINX_URL } },
  ],
  webServer: [
    {
      command: 'rm -rf var/e2e && exec .venv/bin/python manage.py up --data var/e2e',
      cwd: '..',
      url: `${BASE_URL}/health`,
      reuseExistingServer: false,
      timeout: 90_000,
      gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
      env: {
        PORT: String(PORT),
        SIMULATOR_PORT: String(SIMULATOR_PORT),
        SIMULATOR_HOST: '127.0.0.1',
        SIMULATOR_URL: `http://127.0.0.1:${SIMULATOR_PORT}`,
        HOST: '127.0.0.1',
        ADMIN_PASSWORD: PASSWORD,
        LOGIN_RATE: '1000/min',
        // As the nginx in front of it counts; who asks without it is known by the address all the same.
        NUM_PROXIES: '1',
        // Embedded, and on the bundled exchange, whatever this shell or a .env file says.
        DATABASE_URL: '',
        REDIS_URL: '',
        ALPACA_API_KEY: '',
        ALPACA_SECRET_KEY: '',
        ALPACA_DATA_FEED: 'iex',
      },
    },
    {
      command: `exec .venv/bin/python -m tradingbot.testing_nginx ${NGINX_PORT} ${PORT}`,
      cwd: '..',
      url: `${NGINX_URL}/login`,
      reuseExistingServer: false,
      gracefulShutdown: { signal: 'SIGINT', timeout: 5_000 },
    },
  ],
});
