import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as files from '@/lib/download';
import { makeExposure } from '@/test/factories';
import { renderLive } from '@/test/render';
import { server, serveTests } from '@/test/server';
import type { Exposure } from '@/types/domain';
import type { AnalyticsFilters } from './analyticsFilters';
import { ExposurePanel } from './ExposurePanel';

serveTests();

const FILTERS: AnalyticsFilters = { range: '3M', view: 'cumulative', bots: [1], symbols: [], compared: [] };

async function open(answer: Exposure = makeExposure()) {
  const asked: string[] = [];
  server.use(
    http.get('*/api/analytics/exposure', ({ request }) => {
      asked.push(new URL(request.url).search);
      return HttpResponse.json(answer);
    }),
  );
  renderLive(<ExposurePanel filters={FILTERS} />, { ready: true });
  await waitFor(() => expect(asked).toEqual(['?range=3M&bot=1']));
  return userEvent.setup();
}

const rows = () =>
  within(screen.getByRole('table', { name: 'Exposure by symbol and day' }))
    .getAllByRole('row')
    .map((row) => row.textContent);

describe('the exposure by symbol', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('is drawn day by day, says at which moment, and stands in a table, the newest day first', async () => {
    await open();
    expect(
      await screen.findByRole('img', {
        name: 'Exposure by symbol, Nov 19 to Nov 20: $1,500.00 at most, on Nov 19',
      }),
    ).toBeVisible();
    expect(screen.getByText(/^At cost, at the moment of each New York day/)).toBeVisible();
    expect(rows()).toEqual([
      'DayAAPLMSFTTotal',
      '2026-11-20$1,000.00$0.00$1,000.00',
      '2026-11-19$1,000.00$500.00$1,500.00',
    ]);
    expect(screen.getAllByRole('listitem').map((each) => each.textContent)).toEqual(['AAPL', 'MSFT']);
  });

  it('sums up what is beyond the symbols named, and says how many that are', async () => {
    const [day] = makeExposure().days;
    if (!day) throw new Error('a day was expected');
    await open(makeExposure({ others: 3, days: [{ ...day, total: '1700.5', others: '200.5' }] }));
    await waitFor(() =>
      expect(rows()).toEqual(['DayAAPLMSFT3 othersTotal', '2026-11-19$1,000.00$500.00$200.50$1,700.50']),
    );
  });

  it('is exported with exact figures and the moment', async () => {
    const saved = vi.spyOn(files, 'downloadCsv').mockImplementation(() => undefined);
    const user = await open();
    await user.click(await screen.findByRole('button', { name: 'Export exposure by symbol as CSV' }));
    expect(saved.mock.calls).toEqual([
      [
        'exposure-by-symbol',
        ['date', 'at', 'AAPL', 'MSFT', 'total'],
        [
          ['2026-11-19', '2026-11-19T15:30:00Z', '1000', '500', '1500'],
          ['2026-11-20', '2026-11-20T05:00:00Z', '1000', '0', '1000'],
        ],
      ],
    ]);
  });

  it('says how it is made', async () => {
    const user = await open();
    await user.click(screen.getByRole('button', { name: 'How is Exposure by symbol made?' }));
    expect(await screen.findByText(/shares held × their average price bought/)).toBeVisible();
  });

  it('says where nothing was held', async () => {
    await open(makeExposure({ from: null, symbols: [], days: [] }));
    expect(await screen.findByText('Nothing was held in this range')).toBeVisible();
  });
});
