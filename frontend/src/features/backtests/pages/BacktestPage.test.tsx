import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { makeBacktestDetail, makeMarketData } from '@/test/factories';
import { renderLive } from '@/test/render';
import { serveTests, server } from '@/test/server';
import type { BacktestDetail } from '@/types/domain';
import { BacktestPage } from './BacktestPage';

serveTests();

function open(detail: BacktestDetail) {
  const asked: string[] = [];
  const bars: Record<string, string>[] = [];
  server.use(
    http.get('*/api/backtests/7', () => HttpResponse.json(detail)),
    http.get('*/api/market-data/:symbol', ({ request, params }) => {
      bars.push({ symbol: String(params.symbol), ...Object.fromEntries(new URL(request.url).searchParams) });
      return HttpResponse.json(makeMarketData({ symbol: String(params.symbol), bars: [], trades: [] }));
    }),
    http.post('*/api/backtests/7/cancel', () => {
      asked.push('cancel');
      return HttpResponse.json(detail);
    }),
    http.delete('*/api/backtests/7', () => {
      asked.push('delete');
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const view = renderLive(<BacktestPage />, { ready: true, at: '/backtests/7', path: '/backtests/:id' });
  return { ...view, asked, bars, user: userEvent.setup() };
}

const tile = (name: string) =>
  within(screen.getByRole('region', { name: 'Figures' }))
    .getByText(name)
    .closest('div');

describe('the page of a backtest', () => {
  it('shows its figures, its course, its trades with their reasons, and its decisions', async () => {
    open(makeBacktestDetail({ id: 7 }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Momentum' })).toBeVisible();
    expect(tile('Net profit')).toHaveTextContent('+$12.50+0.13% on $10,000.00');
    expect(tile('Sharpe ratio')).toHaveTextContent('—needs 20 sessions');
    expect(tile('SPY')).toHaveTextContent('—no bars of these days');
    expect(
      screen.getByRole('img', { name: 'Equity, 2026-05-25 to 2026-06-01: $10,012.50 at the end' }),
    ).toBeVisible();
    expect(
      screen.getByRole('img', { name: 'Drawdown, 2026-05-25 to 2026-06-01: $4.00 at most' }),
    ).toBeVisible();
    const trade = screen.getByTestId('backtest-trade');
    expect(trade).toHaveTextContent('AAPL4190.002026-05-26 09:35 ET193.132026-05-26 10:05 ET');
    expect(trade).toHaveTextContent('Take profitBuy 4 at about $190.00: RSI 28.4 is below 30.');
    const decisions = within(screen.getByRole('table', { name: 'Decisions counted' }));
    expect(decisions.getByRole('row', { name: 'hold no signal 1,200' })).toBeVisible();
    expect(screen.getByText('There are no bars of SPY.')).toBeVisible();
    expect(screen.getByRole('link', { name: 'Report' })).toHaveAttribute('href', '/api/backtests/7/report');
  });

  it('draws the day of its last trade as the bot saw it, or one that is asked for', async () => {
    const { bars, user } = open(makeBacktestDetail({ id: 7 }));
    expect(await screen.findByText('No bars of AAPL up to this day')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'The day after' }));
    await waitFor(() => expect(bars).toHaveLength(2));
    expect(screen.getByRole('button', { name: 'The day after' })).toBeDisabled();
    const { indicators, ...asked } = bars[0] ?? {};
    expect(asked).toEqual({ symbol: 'AAPL', timeframe: '1Min', limit: '390', until: '2026-05-26' });
    expect(JSON.parse(indicators ?? '')).toEqual(makeBacktestDetail().report?.config.indicators);
    expect(bars[1]).toEqual({ ...bars[0], until: '2026-06-01' });
  });

  it('never shows one day under the name of another while that is read', async () => {
    const { user } = open(makeBacktestDetail({ id: 7 }));
    expect(await screen.findByText('No bars of AAPL up to this day')).toBeVisible();
    server.use(http.get('*/api/market-data/:symbol', () => new Promise<never>(() => undefined)));
    await user.click(screen.getByRole('button', { name: 'The day after' }));
    expect(screen.getByLabelText('Loading the chart')).toBeInTheDocument();
    expect(screen.queryByText('No bars of AAPL up to this day')).not.toBeInTheDocument();
  });

  it('values what is still held', async () => {
    const detail = makeBacktestDetail({ id: 7 });
    const trades = detail.report?.trades.map((each) => ({
      ...each,
      exit_at: null,
      exit_reason: 'still_held' as const,
    }));
    open({ ...detail, report: detail.report && { ...detail.report, trades: trades ?? [] } });
    expect(await screen.findByTestId('backtest-trade')).toHaveTextContent('193.13still held');
  });

  it('can be cancelled while it runs', async () => {
    const { asked, user } = open(
      makeBacktestDetail({ id: 7, status: 'running', progress: 0.5, report: null }),
    );
    expect(await screen.findByText('Not done yet')).toBeVisible();
    expect(screen.queryByRole('link', { name: 'Report' })).not.toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Cancel it' }));
    await waitFor(() => expect(asked).toEqual(['cancel']));
  });

  it('says why it failed', async () => {
    open(makeBacktestDetail({ id: 7, status: 'failed', error: 'AAPL has no bars', report: null }));
    expect(await screen.findByRole('alert')).toHaveTextContent('It could not be run: AAPL has no bars');
  });

  it('can be thrown away', async () => {
    const { asked, user } = open(makeBacktestDetail({ id: 7 }));
    await user.click(await screen.findByRole('button', { name: 'Delete' }));
    expect(await screen.findByText('another page')).toBeVisible();
    expect(asked).toEqual(['delete']);
  });
});
