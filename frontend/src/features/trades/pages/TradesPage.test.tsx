import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { keys } from '@/hooks/queries/keys';
import { makeBot, makeTrade, makeTradeStats } from '@/test/factories';
import { renderLive } from '@/test/render';
import { serveTests, server } from '@/test/server';
import type { Trade } from '@/types/domain';
import { TradesPage } from './TradesPage';

serveTests();

/** A server that remembers what it was asked, without the names in the way. */
function serve(trades: Trade[]) {
  const asked = { pages: [] as string[], stats: [] as string[], trades };
  server.use(
    http.get('*/api/bots', () => HttpResponse.json({ count: 1, results: [makeBot()] })),
    http.get('*/api/trades', ({ request }) => {
      asked.pages.push(decodeURIComponent(new URL(request.url).search));
      const next = 'http://localhost/api/trades?cursor=c2';
      return HttpResponse.json({ next, previous: null, results: asked.trades });
    }),
    http.get('*/api/trades/working', () => HttpResponse.json({ results: [] })),
    http.get('*/api/trades/stats', ({ request }) => {
      asked.stats.push(decodeURIComponent(new URL(request.url).search));
      return HttpResponse.json(makeTradeStats());
    }),
  );
  return asked;
}

async function open(at: string) {
  const view = renderLive(<TradesPage />, { ready: true, at });
  await screen.findAllByTestId('trade-row');
  return { ...view, user: userEvent.setup() };
}

const search = (router: { state: { location: { search: string } } }) =>
  decodeURIComponent(router.state.location.search);

describe('the trades page', () => {
  it('asks for what its address says: list, figures and file alike', async () => {
    const asked = serve([makeTrade()]);
    await open('/trades?from=2026-11-01&to=2026-11-20&bot=1&symbol=AAPL,MSFT&type=sell&ordering=-price');
    const scope = '?from=2026-11-01&to=2026-11-20&bot=1&symbol=AAPL,MSFT&type=sell';
    expect(asked.pages).toEqual([`${scope}&ordering=-price`]);
    await waitFor(() => expect(asked.stats).toEqual([scope]));
    const link = screen.getByRole('link', { name: 'Export CSV' });
    expect(decodeURIComponent(link.getAttribute('href') ?? '')).toBe(
      `/api/trades/export${scope}&ordering=-price`,
    );
    expect(screen.getByLabelText('From (ET)')).toHaveValue('2026-11-01');
    expect(screen.getByRole('button', { name: 'Momentum' })).toBeVisible();
  });

  it('writes its filters into the address, from the first page on, and clears them', async () => {
    const asked = serve([makeTrade()]);
    const { user, router } = await open('/trades?cursor=c9');
    await user.click(screen.getByRole('combobox', { name: 'Status' }));
    await user.click(screen.getByRole('option', { name: 'Failed' }));
    expect(search(router)).toBe('?status=failed');
    await waitFor(() => expect(asked.pages.at(-1)).toBe('?status=failed&ordering=-timestamp'));
    await user.click(screen.getByRole('button', { name: 'Clear filters' }));
    expect(search(router)).toBe('');
  });

  it('ignores what an address cannot mean', async () => {
    const asked = serve([makeTrade()]);
    await open('/trades?type=steal&role=%00&bot=x&from=yesterday&ordering=DROP');
    expect(asked.pages).toEqual(['?ordering=-timestamp']);
  });

  it('sorts by a heading, once down and once up', async () => {
    const asked = serve([makeTrade()]);
    const { user, router } = await open('/trades');
    await user.click(screen.getByRole('button', { name: 'P&L' }));
    expect(search(router)).toBe('?ordering=-profit_loss');
    await user.click(screen.getByRole('button', { name: 'P&L' }));
    expect(search(router)).toBe('?ordering=profit_loss');
    await waitFor(() => expect(asked.pages.at(-1)).toBe('?ordering=profit_loss'));
    expect(screen.getByRole('columnheader', { name: 'P&L' })).toHaveAttribute('aria-sort', 'ascending');
  });

  it('shows a new trade on top of the first page, and marks it', async () => {
    const asked = serve([makeTrade()]);
    const { client, showFill } = await open('/trades');
    asked.trades = [makeTrade({ id: 2, symbol: 'MSFT' }), makeTrade()];
    showFill(makeTrade({ id: 2, symbol: 'MSFT' }));
    await client.invalidateQueries({ queryKey: keys.trades });
    await waitFor(() => expect(screen.getAllByTestId('trade-row')).toHaveLength(2));
    const [newest, known] = screen.getAllByTestId('trade-row');
    expect(newest).toHaveTextContent('MSFT');
    expect(getComputedStyle(newest ?? document.body).animation).toMatch(/2.4s ease-out/);
    expect(getComputedStyle(known ?? document.body).animation).toBe('');
    expect(screen.queryByText('New trades have arrived')).not.toBeInTheDocument();
  });

  it('says on a later page that trades have arrived, and leads to them', async () => {
    serve([makeTrade()]);
    const { user, router, showFill } = await open('/trades?cursor=c2');
    expect(screen.queryByText('New trades have arrived')).not.toBeInTheDocument();
    showFill(makeTrade({ id: 2 }));
    expect(await screen.findByText('New trades have arrived')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Show the newest' }));
    expect(search(router)).toBe('');
    await waitFor(() => expect(screen.queryByText('New trades have arrived')).not.toBeInTheDocument());
  });

  it('turns the page by the server’s cursor', async () => {
    const asked = serve([makeTrade()]);
    const { user, router } = await open('/trades');
    const pages = screen.getByRole('navigation', { name: 'Pages of trades' });
    expect(within(pages).getByRole('button', { name: 'Previous' })).toBeDisabled();
    await user.click(within(pages).getByRole('button', { name: 'Next' }));
    expect(search(router)).toBe('?cursor=c2');
    await waitFor(() => expect(asked.pages.at(-1)).toBe('?ordering=-timestamp&cursor=c2'));
  });

  it('opens a trade by its address: why, from what, by which fills', async () => {
    serve([makeTrade()]);
    const detail = {
      ...makeTrade(),
      executions: [{ id: 1, activity_id: 'a', quantity: '12', price: '185', at: '2026-11-20T14:45:00Z' }],
      version: 4,
      decision: {
        sentence: 'Buy: RSI 28.1 buys.',
        values: { RSI: { rsi: 28.123 } },
        votes: { RSI: 1 },
        checks: [{ name: 'daily_loss', allowed: true, reason: '' }],
        bar_end: null,
      },
      parent_id: null,
      legs: [makeTrade({ id: 5, role: 'stop', type: 'sell', status: 'pending', price: null })],
      note: { text: 'into the news', tags: ['news'], by: 'ada', at: '2026-11-20T15:00:00Z' },
      stop_price: null,
      limit_price: null,
    };
    server.use(http.get('*/api/trades/1', () => HttpResponse.json(detail)));
    const { user, router } = await open('/trades');
    await user.click(screen.getByRole('button', { name: 'Details of the buy of AAPL at 09:45:00' }));
    expect(search(router)).toBe('?trade=1');
    const dialog = within(await screen.findByRole('dialog', { name: 'Entry: buy AAPL · Momentum' }));
    expect(await dialog.findByText('Buy: RSI 28.1 buys.')).toBeVisible();
    expect(dialog.getByText('RSI · votes buy')).toBeVisible();
    expect(dialog.getByText('rsi 28.123')).toBeVisible();
    expect(dialog.getByText('daily loss')).toBeVisible();
    expect(dialog.getByText('version 4')).toBeVisible();
    expect(dialog.getByLabelText('Note')).toHaveValue('into the news');
    expect(dialog.getByLabelText('Tags')).toHaveValue('news');
    expect(within(dialog.getByRole('table', { name: 'Fills' })).getByText('185.00')).toBeVisible();
    expect(within(dialog.getByRole('table', { name: 'Stop and target' })).getByText('stop')).toBeVisible();
    await user.click(dialog.getByRole('button', { name: 'Close' }));
    expect(search(router)).toBe('');
  });

  it('says why there is nothing, and what to do about it', async () => {
    serve([]);
    renderLive(<TradesPage />, { ready: true, at: '/trades?symbol=ZZZ' });
    expect(await screen.findByText('No trade is like that')).toBeVisible();
    expect(screen.getAllByRole('button', { name: 'Clear filters' })).toHaveLength(2);
  });
});
