import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { makeAnalytics, makeBot } from '@/test/factories';
import { renderLive } from '@/test/render';
import { serveTests, server } from '@/test/server';
import type { Analytics } from '@/types/domain';
import { AnalyticsPage } from './AnalyticsPage';

serveTests();

function serve(answer: Analytics = makeAnalytics()) {
  const asked: string[] = [];
  server.use(
    http.get('*/api/bots', () => HttpResponse.json({ count: 1, results: [makeBot()] })),
    http.get('*/api/analytics', ({ request }) => {
      asked.push(decodeURIComponent(new URL(request.url).search));
      return HttpResponse.json(answer);
    }),
  );
  return asked;
}

async function open(at = '/analytics') {
  const view = renderLive(<AnalyticsPage />, { ready: true, at });
  await screen.findByText('Oct 20 – Nov 20 ET');
  return { ...view, user: userEvent.setup() };
}

const tile = (name: string) =>
  within(screen.getByRole('region', { name: 'Key metrics' }))
    .getByText(name)
    .closest('div');

describe('the analytics page', () => {
  it('asks for the range of its address, and writes it there', async () => {
    const asked = serve();
    const { user, router } = await open('/analytics?range=3M&bot=1&symbol=AAPL');
    expect(asked).toEqual(['?range=3M&bot=1&symbol=AAPL']);
    const ranges = within(screen.getByRole('group', { name: 'Range' }));
    expect(ranges.getAllByRole('button').map((each) => each.textContent)).toEqual([
      ...['1W', '1M', '3M', '6M', '1Y', 'ALL'],
    ]);
    expect(ranges.getByRole('button', { name: '3M' })).toHaveAttribute('aria-pressed', 'true');
    await user.click(ranges.getByRole('button', { name: 'ALL' }));
    expect(decodeURIComponent(router.state.location.search)).toBe('?range=ALL&bot=1&symbol=AAPL');
    await waitFor(() => expect(asked.at(-1)).toBe('?range=ALL&bot=1&symbol=AAPL'));
  });

  it('shows P&L added up or day by day', async () => {
    serve();
    const { user, router } = await open();
    expect(
      screen.getByRole('img', {
        name: 'P&L, marked to market, cumulative, Nov 19 to Nov 20: +$10.00 in all',
      }),
    ).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Daily' }));
    expect(router.state.location.search).toBe('?view=daily');
    expect(
      screen.getByRole('img', { name: 'P&L, marked to market, daily, Nov 19 to Nov 20: +$10.00 in all' }),
    ).toBeVisible();
    expect(screen.getByRole('img', { name: 'Drawdown, Nov 19 to Nov 20: −$20.00 at most' })).toBeVisible();
  });

  it('shows the figures, and for what cannot be said yet: what it needs', async () => {
    serve();
    await open();
    expect(tile('Total P&L')).toHaveTextContent('+$58.00');
    expect(tile('Total P&L')).toHaveTextContent('+0.58% on $10,000.00');
    expect(tile('Win rate')).toHaveTextContent('50.0%1 won, 1 lost of 2');
    expect(tile('Profit factor')).toHaveTextContent('1.50');
    expect(tile('Max drawdown')).toHaveTextContent('−$20.000.20% of the peak, by the minute');
    expect(tile('Sharpe ratio')).toHaveTextContent('Sharpe ratio—needs 20 days that differ');
  });

  it('compares bots and symbols in numbers as well', async () => {
    serve();
    await open();
    const bots = within(screen.getByRole('table', { name: 'Bots compared' }));
    expect(await bots.findByRole('link', { name: 'Momentum' })).toHaveAttribute('href', '/bots/1');
    expect(bots.getByTestId('bot-performance')).toHaveTextContent(
      'Momentum+$10.00+0.10%50.0%1.50$20.00—42$10,000',
    );
    const symbols = within(screen.getByRole('table', { name: 'Symbols compared' }));
    expect(symbols.getByRole('link', { name: 'Trades of AAPL' })).toHaveAttribute(
      'href',
      '/trades?symbol=AAPL',
    );
  });

  it('says where there is nothing yet', async () => {
    serve(makeAnalytics({ equity: [], bots: [], symbols: [] }));
    await open();
    expect(screen.getAllByText('No sessions in this range')).toHaveLength(3);
    expect(screen.getByText('No bots in this range')).toBeVisible();
    expect(screen.getByText('No symbols in this range')).toBeVisible();
  });

  it('knows bots that are archived by their results, and leads to no page of theirs', async () => {
    const [known] = makeAnalytics().bots;
    if (!known) throw new Error('a bot was expected');
    serve(makeAnalytics({ bots: [known, { ...known, bot: 7, name: 'Gone' }] }));
    await open();
    const bots = within(screen.getByRole('table', { name: 'Bots compared' }));
    expect(await bots.findByRole('link', { name: 'Momentum' })).toBeVisible();
    expect(bots.getByText('Gone')).toBeVisible();
    expect(bots.queryByRole('link', { name: 'Gone' })).not.toBeInTheDocument();
  });

  it('draws no drawdown where there was none', async () => {
    serve(makeAnalytics({ metrics: { ...makeAnalytics().metrics, max_drawdown: '0' } }));
    await open();
    expect(screen.getByText('No drawdown')).toBeVisible();
    expect(screen.queryByRole('img', { name: /^Drawdown/ })).not.toBeInTheDocument();
  });

  it('draws the results of chosen bots in one plot, with the choice in its address', async () => {
    const asked: string[] = [];
    const bots = [makeBot(), makeBot({ id: 2, name: 'Dip' }), makeBot({ id: 3, name: 'Third' })];
    server.use(
      http.get('*/api/bots', () => HttpResponse.json({ count: 3, results: bots })),
      http.get('*/api/analytics', ({ request }) => {
        const bot = new URL(request.url).searchParams.get('bot');
        asked.push(bot ?? 'all');
        if (bot !== '2') return HttpResponse.json(makeAnalytics());
        const [, last] = makeAnalytics().equity;
        if (!last) throw new Error('a day was expected');
        return HttpResponse.json(
          makeAnalytics({ capital: '500', equity: [{ ...last, realized: '-5', cumulative: '-7.5' }] }),
        );
      }),
    );
    const { user, router } = await open('/analytics?compare=1');
    const panel = within(screen.getByRole('region', { name: 'Bots over time' }));
    expect(panel.getByText('Choose bots to compare')).toBeVisible();
    expect(asked).toEqual(['all']);

    await user.click(panel.getByRole('combobox', { name: 'Compare' }));
    await user.click(await screen.findByRole('option', { name: 'Dip' }));
    expect(decodeURIComponent(router.state.location.search)).toBe('?compare=1,2');
    expect(
      await panel.findByRole('img', {
        name: 'Bots compared over time, Nov 19 to Nov 20: Momentum +$8.00, Dip −$5.00',
      }),
    ).toBeVisible();
    expect(asked).toEqual(['all', '1', '2']);
    expect(panel.getAllByRole('listitem').map((each) => each.textContent)).toEqual(['Momentum', 'Dip']);
    const rows = () =>
      within(panel.getByRole('table', { name: 'Results of the compared bots by day' }))
        .getAllByRole('row')
        .map((row) => row.textContent);
    expect(rows()).toEqual(['DayMomentumDip', '2026-11-20+$8.00−$5.00', '2026-11-19+$28.00—']);

    await user.click(panel.getByRole('button', { name: 'Marked to market' }));
    await user.click(panel.getByRole('button', { name: '% of capital' }));
    expect(decodeURIComponent(router.state.location.search)).toBe('?compare=1,2&result=marked&unit=percent');
    expect(rows()).toEqual(['DayMomentumDip', '2026-11-20+0.10%−1.50%', '2026-11-19+0.30%—']);
    expect(panel.getByRole('button', { name: 'Export bots over time as CSV' })).toBeVisible();
  });

  it('says when it could not be read', async () => {
    server.use(
      http.get('*/api/bots', () => HttpResponse.json({ count: 0, results: [] })),
      http.get('*/api/analytics', () =>
        HttpResponse.json({ title: 'Bad', detail: 'no such bot' }, { status: 400 }),
      ),
    );
    renderLive(<AnalyticsPage />, { ready: true });
    expect((await screen.findAllByText('no such bot')).length).toBe(6);
  });
});
