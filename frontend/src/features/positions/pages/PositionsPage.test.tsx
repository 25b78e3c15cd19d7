import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { makeBot, makePosition, makeTrade } from '@/test/factories';
import { renderLive } from '@/test/render';
import { serveTests, server } from '@/test/server';
import type { Position } from '@/types/domain';
import { PositionsPage } from './PositionsPage';

serveTests();

function serve(positions: Position[]) {
  const asked = { lists: [] as string[], summaries: [] as string[], closes: [] as (string | null)[] };
  const held = positions.filter((each) => each.is_open);
  server.use(
    http.get('*/api/bots', () => HttpResponse.json({ count: 1, results: [makeBot()] })),
    http.get('*/api/positions/summary', ({ request }) => {
      asked.summaries.push(decodeURIComponent(new URL(request.url).search));
      return HttpResponse.json({
        open_positions: held.length,
        market_value: '2268',
        cost: '2220',
        unrealized_pnl: '48',
        unrealized_pnl_pct: '0.021622',
        realized_today: '12.5',
        unprotected: 0,
      });
    }),
    http.get('*/api/positions', ({ request }) => {
      const { search } = new URL(request.url);
      if (search === '?is_open=true&page_size=200')
        return HttpResponse.json({ count: held.length, results: held });
      asked.lists.push(decodeURIComponent(search));
      return HttpResponse.json({ count: positions.length, results: positions });
    }),
    http.get('*/api/positions/1', () => HttpResponse.json({ ...makePosition(), trades: [makeTrade()] })),
    http.post('*/api/positions/1/close', ({ request }) => {
      asked.closes.push(request.headers.get('Idempotency-Key'));
      return HttpResponse.json(makePosition({ closing: true, version: 4 }), { status: 202 });
    }),
  );
  return asked;
}

async function open(at = '/positions') {
  const view = renderLive(<PositionsPage />, { ready: true, at });
  await screen.findAllByTestId('position-row');
  return { ...view, user: userEvent.setup() };
}

const search = (router: { state: { location: { search: string } } }) =>
  decodeURIComponent(router.state.location.search);

describe('the positions page', () => {
  it('asks for open positions, the newest first; the address says otherwise', async () => {
    const asked = serve([makePosition()]);
    const { user, router } = await open();
    expect(asked.lists).toEqual(['?is_open=true&ordering=-opened_at&page_size=50']);
    await user.click(screen.getByRole('combobox', { name: 'State' }));
    await user.click(screen.getByRole('option', { name: 'Closed' }));
    expect(search(router)).toBe('?state=closed');
    await waitFor(() => expect(asked.lists.at(-1)).toBe('?is_open=false&ordering=-closed_at&page_size=50'));
    await user.click(screen.getByRole('button', { name: 'Realised' }));
    expect(search(router)).toBe('?state=closed&ordering=-realized_pnl');
    await user.click(screen.getByRole('button', { name: 'Clear filters' }));
    expect(search(router)).toBe('');
  });

  it('filters list and summary by the bots and symbols of the address', async () => {
    const asked = serve([makePosition()]);
    await open('/positions?bot=1&symbol=AAPL&state=all');
    expect(asked.lists).toEqual(['?bot=1&symbol=AAPL&ordering=-opened_at&page_size=50']);
    await waitFor(() => expect(asked.summaries).toEqual(['?bot=1&symbol=AAPL']));
  });

  it('moves values and totals with the prices', async () => {
    serve([makePosition()]);
    const { prices } = await open();
    const summary = within(screen.getByRole('region', { name: 'Summary of open positions' }));
    expect(await summary.findByText('+$48.00')).toBeVisible();
    act(() => {
      prices.apply({ AAPL: { price: '180.00', at: '2026-11-20T15:01:00Z' } });
    });
    expect(await summary.findByText('−$60.00')).toBeVisible();
    expect(summary.getByText('$2,160.00')).toBeVisible();
    expect(summary.getByText('−2.70% of cost')).toBeVisible();
    expect(screen.getByTestId('position-row')).toHaveTextContent('−$60.00−2.70%');
  });

  it('closes a position from its dialog, with one key, and shows its trades', async () => {
    const asked = serve([makePosition()]);
    const { user, router } = await open();
    await user.click(screen.getByRole('button', { name: 'Details of AAPL of Momentum' }));
    expect(search(router)).toBe('?position=1');
    const dialog = within(await screen.findByRole('dialog', { name: 'AAPL of Momentum' }));
    expect(await dialog.findByTestId('trade-row')).toHaveTextContent('AAPL');
    await user.click(dialog.getByRole('button', { name: 'Close AAPL of Momentum' }));
    const question = within(await screen.findByRole('dialog', { name: 'Close AAPL of Momentum?' }));
    expect(asked.closes).toEqual([]);
    await user.click(question.getByRole('button', { name: 'Sell 12 AAPL' }));
    await waitFor(() => expect(asked.closes).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]));
    expect(await dialog.findByRole('button', { name: 'Closing AAPL of Momentum' })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
  });

  it('takes over another symbol, and says why the server does not', async () => {
    serve([makePosition()]);
    const wanted: unknown[] = [];
    server.use(
      http.post('*/api/symbols/rename', async ({ request }) => {
        wanted.push(await request.json());
        const detail = 'AAPL cannot become APPL: the broker knows no APPL';
        return wanted.length === 1
          ? HttpResponse.json({ status: 409, title: 'Conflict', detail, errors: [] }, { status: 409 })
          : HttpResponse.json({ old: 'AAPL', new: 'AAPX' });
      }),
    );
    const { user } = await open('/positions?position=1');
    await user.click(await screen.findByRole('button', { name: 'Symbol changed…' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Does AAPL have another symbol now?' }));
    expect(dialog.getByRole('button', { name: 'Take over' })).toHaveAttribute('aria-disabled', 'true');
    await user.type(dialog.getByRole('textbox', { name: 'New symbol' }), 'appl');
    await user.click(dialog.getByRole('button', { name: 'Take over APPL for AAPL' }));
    expect(
      await dialog.findByText(/^AAPL cannot become APPL: the broker knows no APPL\. Nothing was done\./),
    ).toBeVisible();
    await user.clear(dialog.getByRole('textbox', { name: 'New symbol' }));
    await user.type(dialog.getByRole('textbox', { name: 'New symbol' }), 'AAPX');
    await user.clear(dialog.getByRole('textbox', { name: 'New shares for each AAPL' }));
    await user.type(dialog.getByRole('textbox', { name: 'New shares for each AAPL' }), '1/3');
    await user.click(dialog.getByRole('button', { name: 'Take over AAPX for AAPL' }));
    await waitFor(() =>
      expect(screen.queryByRole('dialog', { name: /another symbol now/ })).not.toBeInTheDocument(),
    );
    expect(wanted).toEqual([
      { old: 'AAPL', new: 'APPL', ratio: '1' },
      { old: 'AAPL', new: 'AAPX', ratio: '1/3' },
    ]);
  });

  it('has nothing to close in a closed position', async () => {
    serve([makePosition({ is_open: false, closed_at: '2026-11-20T15:30:00Z', protection: 'closed' })]);
    await open('/positions?state=closed');
    expect(screen.queryByRole('button', { name: /^Close / })).not.toBeInTheDocument();
    expect(screen.getByTestId('position-row')).toHaveTextContent('Closed');
  });

  it('says why there is nothing', async () => {
    serve([]);
    renderLive(<PositionsPage />, { ready: true });
    expect(await screen.findByText('No open positions')).toBeVisible();
  });
});
