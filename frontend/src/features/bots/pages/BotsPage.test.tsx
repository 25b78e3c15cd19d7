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
    await waitFor(() => expect(sent).toEqual([{ bot: null, reason: 'a strange market' }]));
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
    expect(sent).toEqual([{ bot: 1, reason: 'earnings' }, 'clear']);
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

  it('patches a row by the socket’s word alone', async () => {
    const { client, row } = await open();
    expect(row.getByText('Running')).toBeVisible();
    client.setQueriesData({ queryKey: keys.bots }, { count: 1, results: [makeBot({ status: 'paused' })] });
    expect(await screen.findByText('Paused')).toBeVisible();
  });
});
