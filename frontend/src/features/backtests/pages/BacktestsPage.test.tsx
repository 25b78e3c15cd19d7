import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { patchBacktest } from '@/features/backtests/api/backtests';
import { makeBacktest, makeBot, makeMarketStatus } from '@/test/factories';
import { renderLive } from '@/test/render';
import { serveTests, server } from '@/test/server';
import type { Backtest } from '@/types/domain';
import { BacktestsPage } from './BacktestsPage';

serveTests();

function serve(rows: Backtest[]) {
  const asked: unknown[] = [];
  server.use(
    http.get('*/api/bots', () =>
      HttpResponse.json({ count: 2, results: [makeBot(), makeBot({ id: 2, name: 'Dip' })] }),
    ),
    http.get('*/api/market-status', () =>
      HttpResponse.json(makeMarketStatus({ now: '2026-06-02T14:00:00Z' })),
    ),
    http.get('*/api/backtests', () =>
      HttpResponse.json({ count: rows.length, next: null, previous: null, results: rows }),
    ),
    http.post('*/api/backtests', async ({ request }) => {
      asked.push(await request.json());
      return HttpResponse.json(makeBacktest({ id: 9, status: 'queued' }), { status: 201 });
    }),
  );
  return asked;
}

async function open(rows: Backtest[] = [], at = '/backtests') {
  const asked = serve(rows);
  const view = renderLive(<BacktestsPage />, { ready: true, at, path: '/backtests' });
  const form = within(await screen.findByRole('form', { name: 'Run a backtest' }));
  await waitFor(() => expect(form.getByRole('combobox', { name: 'Bot' })).not.toHaveTextContent('​'));
  return { ...view, asked, form, user: userEvent.setup() };
}

describe('the backtests page', () => {
  it('asks for the last week of the bot it was opened for, costs as fractions', async () => {
    const { asked, form, user, router } = await open([], '/backtests?bot=2');
    expect(form.getByLabelText('First day')).toHaveValue('2026-05-25');
    expect(form.getByLabelText('Last day')).toHaveValue('2026-06-01');
    await user.type(form.getByLabelText('Slippage, %'), '0.05');
    await user.type(form.getByLabelText('Commission an order, $'), '1');
    await user.click(form.getByRole('button', { name: 'Run' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/backtests/9'));
    expect(asked).toEqual([
      { bot: 2, from: '2026-05-25', to: '2026-06-01', commission_per_order: '1', slippage: '0.0005' },
    ]);
  });

  it('runs the first bot where a field was filled in before the bots were there', async () => {
    const asked = serve([]);
    let arrive: (() => void) | undefined;
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    server.use(
      http.get('*/api/bots', async () => {
        await arrived;
        return HttpResponse.json({ count: 1, results: [makeBot({ id: 5 })] });
      }),
    );
    renderLive(<BacktestsPage />, { ready: true, at: '/backtests', path: '/backtests' });
    const form = within(await screen.findByRole('form', { name: 'Run a backtest' }));
    const user = userEvent.setup();
    await user.type(form.getByLabelText('Slippage, %'), '0.05');
    arrive?.();
    await waitFor(() => expect(form.getByRole('combobox', { name: 'Bot' })).not.toHaveTextContent('​'));
    await user.click(form.getByRole('button', { name: 'Run' }));
    await waitFor(() => expect(asked).toMatchObject([{ bot: 5, slippage: '0.0005' }]));
  });

  it('asks for more costs where they are opened, per cent as fractions', async () => {
    const { asked, form, user } = await open();
    await user.click(form.getByRole('button', { name: 'More costs' }));
    await user.type(form.getByLabelText('Least commission an order, $'), '1');
    await user.type(form.getByLabelText('Spread, %'), '0.02');
    await user.type(form.getByLabelText('At most of a bar’s volume, %'), '5');
    await user.click(form.getByRole('checkbox'));
    await user.click(form.getByRole('button', { name: 'Run' }));
    const costs = {
      commission_minimum: '1',
      spread: '0.0002',
      volume_cap: '0.05',
      within_bar: true,
      slippage: '',
    };
    await waitFor(() => expect(asked).toMatchObject([costs]));
  });

  it('says beside the field what is wrong with it', async () => {
    const { form, user } = await open();
    server.use(
      http.post('*/api/backtests', () =>
        HttpResponse.json(
          {
            title: 'Bad',
            detail: 'no',
            errors: [
              { field: 'to', message: 'must be over' },
              { field: 'capital', message: 'is too small' },
            ],
          },
          { status: 400, headers: { 'content-type': 'application/problem+json' } },
        ),
      ),
    );
    await user.click(form.getByRole('button', { name: 'Run' }));
    expect(await form.findByText('must be over')).toBeVisible();
    expect(form.getByRole('alert')).toHaveTextContent('capital: is too small');
  });

  it('shows how far each is, as the socket tells it', async () => {
    const { client } = await open([
      makeBacktest({ id: 2, status: 'running', progress: 0.1 }),
      makeBacktest({ id: 1, net_profit: '-59.64', total_return: -0.006, closed_positions: 102 }),
    ]);
    const rows = await screen.findAllByTestId('backtest');
    expect(rows[0]).toHaveTextContent('Running10.0%');
    expect(rows[1]).toHaveTextContent('Done');
    expect(rows[1]).toHaveTextContent('−$59.64−0.60%');
    patchBacktest(client, { id: 2, status: 'running', progress: 0.455 });
    await waitFor(() => expect(screen.getAllByTestId('backtest')[0]).toHaveTextContent('45.5%'));
  });

  it('says where there is nothing yet, and when it could not be read', async () => {
    await open();
    expect(await screen.findByText('No backtests yet')).toBeVisible();
  });

  it('lets a viewer look, not run', async () => {
    const asked = serve([]);
    renderLive(<BacktestsPage />, { ready: true, role: 'viewer', at: '/backtests' });
    const run = await screen.findByRole('button', { name: 'Run' });
    expect(run).toHaveAttribute('aria-disabled', 'true');
    await userEvent.setup().click(run);
    expect(asked).toEqual([]);
  });
});
