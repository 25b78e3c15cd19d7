import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { keys } from '@/hooks/queries/keys';
import { makeBot, makeHalt } from '@/test/factories';
import { renderLive } from '@/test/render';
import { serveTests, server } from '@/test/server';
import { BotsPage } from './BotsPage';

serveTests();

async function open({
  role = 'admin' as const,
  at = '/bots',
  halts = [] as ReturnType<typeof makeHalt>[],
} = {}) {
  const asked: string[] = [];
  const sent: unknown[] = [];
  const kept = { halts, bots: [makeBot()] };
  server.use(
    http.get('*/api/bots', ({ request }) => {
      asked.push(decodeURIComponent(new URL(request.url).search));
      return HttpResponse.json({ count: kept.bots.length, results: kept.bots });
    }),
    http.get('*/api/halts', () => HttpResponse.json({ results: kept.halts })),
    http.post('*/api/halts', async ({ request }) => {
      const body = (await request.json()) as { bot: number | null; reason: string };
      sent.push(body);
      kept.halts = [makeHalt({ ...body, bot_name: body.bot === null ? null : 'Momentum' })];
      return HttpResponse.json(kept.halts[0], { status: 201 });
    }),
    http.post('*/api/halts/3/clear', () => {
      sent.push('clear');
      kept.halts = [];
      return HttpResponse.json({});
    }),
    http.delete('*/api/bots/1', () => {
      sent.push('archive');
      kept.bots = [];
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const view = renderLive(<BotsPage />, { role, ready: true, at });
  const row = await screen.findByTestId('bot-row');
  return { ...view, asked, sent, row: within(row), user: userEvent.setup() };
}

const search = (router: { state: { location: { search: string } } }) =>
  decodeURIComponent(router.state.location.search);

async function choose(user: ReturnType<typeof userEvent.setup>, name: string) {
  await user.click(screen.getByRole('button', { name: 'More for Momentum' }));
  await user.click(await screen.findByRole('menuitem', { name }));
}

describe('the bots page', () => {
  it('finds by name and status, in the address', async () => {
    const { user, router, asked } = await open({ at: '/bots?status=paused' });
    expect(asked).toContain('?status=paused&ordering=name&page_size=50');
    await user.type(screen.getByLabelText('Name'), 'mom');
    await waitFor(() => expect(search(router)).toBe('?status=paused&search=mom'));
    await waitFor(() => expect(asked.at(-1)).toBe('?status=paused&search=mom&ordering=name&page_size=50'));
    await user.click(screen.getByRole('button', { name: 'Clear filters' }));
    expect(search(router)).toBe('');
    expect(screen.getByLabelText('Name')).toHaveValue('');
  });

  it('halts everybody, with a reason, once', async () => {
    const { user, sent } = await open();
    await user.click(screen.getByRole('button', { name: 'Halt all entries' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Halt all entries?' }));
    const confirm = dialog.getByRole('button', { name: 'Halt all entries' });
    expect(confirm).toHaveAttribute('aria-disabled', 'true');
    await user.click(confirm);
    expect(sent).toEqual([]);
    await user.type(dialog.getByLabelText(/^Reason/), '  a strange market ');
    await user.click(confirm);
    await waitFor(() =>
      expect(sent).toEqual([{ bot: null, reason: 'a strange market', close_positions: false }]),
    );
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(screen.getByRole('button', { name: 'Halt all entries' })).toHaveAccessibleDescription(
      'All entries are halted already',
    );
  });

  it('halts one bot, shows it, and clears it', async () => {
    const { user, sent, row } = await open();
    await choose(user, 'Halt its entries…');
    const dialog = within(screen.getByRole('dialog', { name: 'Halt the entries of Momentum?' }));
    await user.type(dialog.getByLabelText(/^Reason/), 'earnings');
    await user.click(dialog.getByRole('button', { name: 'Halt entries' }));
    expect(await row.findByText('Halted')).toBeVisible();
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    await choose(user, 'Clear its halt…');
    await user.click(screen.getByRole('button', { name: 'Clear halt' }));
    await waitFor(() => expect(row.queryByText('Halted')).not.toBeInTheDocument());
    expect(sent).toEqual([{ bot: 1, reason: 'earnings', close_positions: false }, 'clear']);
  });

  it('archives after a question', async () => {
    const { user, sent } = await open();
    await choose(user, 'Archive…');
    expect(sent).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Archive bot' }));
    expect(await screen.findByText('Momentum is archived')).toBeVisible();
    expect(sent).toEqual(['archive']);
    expect(await screen.findByText('No bots yet')).toBeVisible();
  });

  it('pauses many at once, and says which refused and why', async () => {
    const { user, sent } = await open();
    server.use(
      http.get('*/api/bots', () =>
        HttpResponse.json({ count: 2, results: [makeBot(), makeBot({ id: 2, name: 'Reverter' })] }),
      ),
      http.post('*/api/bots/act', async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json({
          results: [
            { id: 1, name: 'Momentum', done: true, detail: '' },
            { id: 2, name: 'Reverter', done: false, detail: 'only a running bot can be paused' },
          ],
        });
      }),
    );
    await user.type(screen.getByLabelText('Name'), 'e');
    await screen.findByText('Reverter');
    await user.click(screen.getByRole('checkbox', { name: 'Choose every bot on this page' }));
    expect(screen.getByText('2 bots chosen')).toBeVisible();
    const bar = within(screen.getByRole('region', { name: 'Chosen bots' }));
    await user.click(bar.getByRole('button', { name: 'Pause' }));
    expect(sent).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Pause 2 bots' }));
    expect(await screen.findByText('Reverter: only a running bot can be paused')).toBeVisible();
    expect(sent).toEqual([{ action: 'pause', bots: [1, 2] }]);
    // The one that refused stays chosen.
    expect(screen.getByText('1 bot chosen')).toBeInTheDocument();
  });

  it('stops all that are found, with what they hold, after a question', async () => {
    const { user, sent } = await open();
    server.use(
      http.get('*/api/bots', ({ request }) => {
        const all = new URL(request.url).searchParams.get('page_size') === '500';
        const results = all ? [1, 2, 3].map((id) => makeBot({ id, name: `Bot ${id}` })) : [makeBot()];
        return HttpResponse.json({ count: 3, results });
      }),
      http.post('*/api/bots/act', async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json({
          results: [1, 2, 3].map((id) => ({ id, name: `Bot ${id}`, done: true, detail: '' })),
        });
      }),
    );
    await user.type(screen.getByLabelText('Name'), 'mo');
    await user.click(screen.getByRole('checkbox', { name: 'Choose Momentum' }));
    await user.click(await screen.findByRole('button', { name: 'Choose all 3 found' }));
    await user.click(await screen.findByRole('button', { name: 'Stop…' }));
    await user.click(screen.getByLabelText('Also close their positions'));
    await user.click(screen.getByRole('button', { name: 'Stop 3 bots and close positions' }));
    expect(await screen.findByText('3 bots stopped')).toBeVisible();
    expect(sent).toEqual([{ action: 'stop', bots: [1, 2, 3], close_positions: true }]);
    expect(screen.queryByRole('region', { name: 'Chosen bots' })).not.toBeInTheDocument();
  });

  it('tells of every bot when the server goes away between two batches', async () => {
    const { user } = await open();
    const ids = Array.from({ length: 60 }, (_, place) => place + 1);
    const asked: number[][] = [];
    server.use(
      http.get('*/api/bots', () =>
        HttpResponse.json({ count: 60, results: ids.map((id) => makeBot({ id, name: `Fleet ${id}` })) }),
      ),
      http.post('*/api/bots/act', async ({ request }) => {
        const { bots } = (await request.json()) as { bots: number[] };
        asked.push(bots);
        if (asked.length > 1) return HttpResponse.error();
        return HttpResponse.json({
          results: bots.map((id) => ({ id, name: `Fleet ${id}`, done: true, detail: '' })),
        });
      }),
    );
    await user.type(screen.getByLabelText('Name'), 'e');
    await screen.findByText('Fleet 60');
    await user.click(screen.getByRole('checkbox', { name: 'Choose every bot on this page' }));
    await user.click(screen.getByRole('button', { name: 'Pause' }));
    await user.click(screen.getByRole('button', { name: 'Pause 60 bots' }));
    expect(await screen.findByText('25 bots paused')).toBeVisible();
    expect(asked.map((bots) => bots.length)).toEqual([25, 25]);
    const told = screen.getAllByText(/^bot \d+: /).map((each) => each.textContent);
    expect(told).toHaveLength(35);
    expect(told[0]).toMatch(/^bot 26: whether it was done is not known/);
    expect(told[34]).toBe('bot 60: not asked for any more');
    expect(screen.getByText('35 bots chosen')).toBeInTheDocument();
  });

  it('sorts by any figure, in the address', async () => {
    const { user, router, asked } = await open();
    await user.click(screen.getByRole('button', { name: 'P&L today' }));
    expect(search(router)).toBe('?ordering=-today');
    await waitFor(() => expect(asked.at(-1)).toContain('ordering=-today'));
  });

  it('patches a row by the socket’s word alone', async () => {
    const { client, row } = await open();
    expect(row.getByText('Running')).toBeVisible();
    client.setQueriesData({ queryKey: keys.bots }, { count: 1, results: [makeBot({ status: 'paused' })] });
    expect(await screen.findByText('Paused')).toBeVisible();
  });
});
