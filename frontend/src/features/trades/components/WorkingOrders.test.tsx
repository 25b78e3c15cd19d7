import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { makeTrade } from '@/test/factories';
import { renderLive } from '@/test/render';
import { serveTests, server } from '@/test/server';
import type { Role, WorkingOrder } from '@/types/domain';
import { WorkingOrders } from './WorkingOrders';

serveTests();

function order(change: Partial<WorkingOrder>): WorkingOrder {
  return {
    ...makeTrade({ status: 'pending', state: 'open', filled_quantity: '0' }),
    cancelling: false,
    stays: '',
    ...change,
  };
}

const ENTRY = order({ id: 1, role: 'entry', type: 'buy', bot_name: 'Momentum', symbol: 'AAPL' });
const STOP = order({
  id: 2,
  role: 'stop',
  type: 'sell',
  symbol: 'MSFT',
  stays: 'a stop rests as long as its shares are held',
});

function open(orders: WorkingOrder[], role: Role = 'trader', refusal: string | null = null) {
  const kept = { orders };
  const sent: string[] = [];
  server.use(
    http.get('*/api/trades/working', () => HttpResponse.json({ results: kept.orders })),
    http.post('*/api/trades/:id/cancel', ({ params }) => {
      sent.push(String(params.id));
      if (refusal !== null) {
        return HttpResponse.json(
          { status: 409, title: 'Not possible now', detail: refusal },
          { status: 409 },
        );
      }
      kept.orders = kept.orders.map((each) =>
        String(each.id) === params.id ? { ...each, cancelling: true } : each,
      );
      return HttpResponse.json(kept.orders[0], { status: 202 });
    }),
  );
  renderLive(<WorkingOrders />, { role, ready: true });
  return { sent, user: userEvent.setup() };
}

describe('working orders', () => {
  it('are made only in and near the window where they are many', async () => {
    const many = Array.from({ length: 1000 }, (_, at) => order({ id: at + 1, symbol: `S${at}` }));
    open(many);
    expect(await screen.findByText('1000 on their way, 0 stops and targets rest')).toBeVisible();
    const made = screen.getAllByTestId('working-order').length;
    expect(made).toBeGreaterThan(10);
    expect(made).toBeLessThan(100);
    expect(screen.getByRole('table', { name: 'Working orders' })).toHaveAttribute('aria-rowcount', '1001');
  });

  it('are entries and exits; stops and targets when they are asked for', async () => {
    const { user } = open([ENTRY, STOP]);
    expect(await screen.findByText('1 on their way, 1 stops and targets rest')).toBeVisible();
    expect(screen.getAllByTestId('working-order')).toHaveLength(1);
    await user.click(screen.getByRole('switch', { name: 'Stops and targets, too' }));
    expect(screen.getAllByTestId('working-order')).toHaveLength(2);
  });

  it('cancels an entry after a question, once', async () => {
    const { user, sent } = open([ENTRY]);
    await user.click(await screen.findByRole('button', { name: 'Cancel the entry of AAPL of Momentum' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Cancel the purchase of AAPL?' }));
    await user.click(dialog.getByRole('button', { name: 'Keep it' }));
    expect(sent).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Cancel the entry of AAPL of Momentum' }));
    await user.click(screen.getByRole('button', { name: 'Cancel the order' }));
    expect(await screen.findByText('Being cancelled')).toBeVisible();
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(sent).toEqual(['1']);
  });

  it('says why the server refused', async () => {
    const { user } = open([ENTRY], 'trader', 'the order has ended: it is filled');
    await user.click(await screen.findByRole('button', { name: 'Cancel the entry of AAPL of Momentum' }));
    await user.click(screen.getByRole('button', { name: 'Cancel the order' }));
    expect(await screen.findByText(/the order has ended: it is filled/)).toBeVisible();
  });

  it('leaves a stop where it rests, and says why', async () => {
    const { user, sent } = open([STOP]);
    await user.click(await screen.findByRole('switch', { name: 'Stops and targets, too' }));
    const button = screen.getByRole('button', { name: /^Cancel the stop of MSFT/ });
    expect(button).toHaveAccessibleDescription('a stop rests as long as its shares are held');
    await user.click(button);
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(sent).toEqual([]);
  });

  it('cannot be cancelled by who only looks', async () => {
    const { user } = open([ENTRY], 'viewer');
    await user.click(await screen.findByRole('button', { name: 'Cancel the entry of AAPL of Momentum' }));
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('are none when nothing is on its way', async () => {
    open([]);
    expect(await screen.findByText('No entry or exit is on its way.')).toBeVisible();
  });
});
