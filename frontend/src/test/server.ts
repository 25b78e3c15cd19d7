import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import type { BotSchema, IndicatorCatalogue } from '@/types/domain';
import botSchema from './fixtures/botSchema.json';
import indicators from './fixtures/indicators.json';
import { makeExposure, makeMarketData, makeMarketStatus } from './factories';

/** As the server answers them: the table of settings, and the catalogue with three functions of pandas-ta. */
export const BOT_SCHEMA = botSchema as unknown as BotSchema;
export const CATALOGUE = indicators as unknown as IndicatorCatalogue;

/** A server for the tests of whole pages; what a test does not expect to be asked is an error. */
export const server = setupServer(
  http.get('*/api/bots/schema', () => HttpResponse.json(BOT_SCHEMA)),
  http.get('*/api/analytics/exposure', () => HttpResponse.json(makeExposure())),
  http.get('*/api/templates', () => HttpResponse.json({ results: [] })),
  http.get('*/api/indicators', () => HttpResponse.json(CATALOGUE)),
  http.get('*/api/market-status', () => HttpResponse.json(makeMarketStatus({ real: Date.now() / 1000 }))),
  http.get('*/api/halts', () => HttpResponse.json({ results: [] })),
  http.get('*/api/symbols', ({ request }) => {
    const search = new URL(request.url).searchParams.get('search') ?? '';
    const known = ['AAPL', 'AMZN', 'MSFT'].filter((symbol) => symbol.startsWith(search.toUpperCase()));
    const results = known.map((symbol) => ({
      symbol,
      name: `${symbol} Inc.`,
      exchange: 'NASDAQ',
      tradable: true,
    }));
    return HttpResponse.json({ results });
  }),
  http.get('*/api/market-data/:symbol', ({ params }) =>
    HttpResponse.json(makeMarketData({ symbol: String(params.symbol), bars: [] })),
  ),
);

/** For a test file: the server listens while its tests run. */
export function serveTests(): void {
  // Whole pages, keystroke by keystroke, on whatever machine there is.
  vi.setConfig({ testTimeout: 30_000 });
  beforeAll(() => {
    server.listen({ onUnhandledRequest: 'error' });
  });
  afterEach(() => {
    server.resetHandlers();
  });
  afterAll(() => {
    server.close();
  });
}
