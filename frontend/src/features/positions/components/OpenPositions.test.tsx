import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { keys } from '@/hooks/queries/keys';
import { makePosition } from '@/test/factories';
import { fakeFetch, renderLive } from '@/test/render';
import type { Position, PositionList } from '@/types/domain';
import { OpenPositions } from './OpenPositions';

function panel(positions: Position[]) {
  return (
    <OpenPositions positions={positions} error={null} onRetry={() => undefined} onChart={() => undefined} />
  );
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('OpenPositions', () => {
  it('follows the price', () => {
    const { prices } = renderLive(panel([makePosition()]));
    const row = screen.getByTestId('position-row');
    expect(row).toHaveTextContent('+$48.00');
    act(() => {
      prices.apply({ AAPL: { price: '180.00', at: '2026-11-20T15:01:00Z' } });
    });
    expect(row).toHaveTextContent('−$60.00');
    expect(row).toHaveTextContent('180.00');
  });

  it('draws thirty, and all when they are asked for', async () => {
    const user = userEvent.setup();
    renderLive(panel(Array.from({ length: 42 }, (_, at) => makePosition({ id: at + 1 }))));
    expect(screen.getAllByTestId('position-row')).toHaveLength(30);
    await user.click(screen.getByRole('button', { name: 'Show 12 more' }));
    expect(screen.getAllByTestId('position-row')).toHaveLength(42);
  });

  it('names the effect before it closes, and sends one key for one decision', async () => {
    const { fetch, requests } = fakeFetch(202, makePosition({ closing: true, version: 4 }));
    vi.stubGlobal('fetch', fetch);
    document.cookie = 'csrftoken=secret';
    const user = userEvent.setup();
    const { client } = renderLive(panel([makePosition()]));
    client.setQueryData(keys.openPositions, { count: 1, results: [makePosition()] });
    await user.click(screen.getByRole('button', { name: 'Close AAPL of Momentum' }));
    const dialog = screen.getByRole('dialog', { name: 'Close AAPL of Momentum?' });
    expect(dialog).toHaveTextContent('Sell 12 AAPL at market ≈ $2,268');
    expect(within(dialog).getByRole('button', { name: 'Cancel' })).toHaveFocus();
    await user.click(within(dialog).getByRole('button', { name: 'Sell 12 AAPL' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ method: 'POST', url: '/api/positions/1/close' });
    expect(requests[0]?.headers.get('Idempotency-Key')).toMatch(UUID);
    expect(requests[0]?.headers.get('X-CSRFToken')).toBe('secret');
    expect(client.getQueryData<PositionList>(keys.openPositions)?.results[0]?.closing).toBe(true);
  });

  it('keeps what was sold meanwhile out of the list', async () => {
    const { fetch, requests } = fakeFetch(202, makePosition({ closing: true, version: 4 }));
    vi.stubGlobal('fetch', fetch);
    const user = userEvent.setup();
    const { client } = renderLive(panel([makePosition()]));
    // The events of the sale came before the answer to the click.
    client.setQueryData(keys.openPositions, { count: 0, results: [] });
    await user.click(screen.getByRole('button', { name: 'Close AAPL of Momentum' }));
    await user.click(screen.getByRole('button', { name: 'Sell 12 AAPL' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(requests).toHaveLength(1);
    expect(client.getQueryData<PositionList>(keys.openPositions)?.results).toEqual([]);
  });

  it('repeats the same key when the answer was lost', async () => {
    const keysSent: (string | null)[] = [];
    vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
      keysSent.push(new Headers(init.headers).get('Idempotency-Key'));
      return Promise.reject(new TypeError('network'));
    });
    const user = userEvent.setup();
    renderLive(panel([makePosition()]));
    await user.click(screen.getByRole('button', { name: 'Close AAPL of Momentum' }));
    const sell = screen.getByRole('button', { name: 'Sell 12 AAPL' });
    await user.click(sell);
    expect(
      await screen.findByText(/^The server cannot be reached: .* pressing again does not sell twice\.$/),
    ).toBeVisible();
    await user.click(sell);
    await waitFor(() => expect(keysSent).toHaveLength(2));
    expect(keysSent[1]).toBe(keysSent[0]);
  });

  it('waits while an exit is on its way', () => {
    renderLive(panel([makePosition({ closing: true })]));
    expect(screen.getByRole('button', { name: 'Closing AAPL of Momentum' })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
  });

  it('says when there is nothing', () => {
    renderLive(panel([]));
    expect(screen.getByText('No open positions')).toBeVisible();
  });
});
