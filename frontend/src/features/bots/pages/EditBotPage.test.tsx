import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { keys } from '@/hooks/queries/keys';
import { makeBot } from '@/test/factories';
import { renderLive } from '@/test/render';
import { server, serveTests } from '@/test/server';
import type { Bot } from '@/types/domain';
import { EditBotPage } from './EditBotPage';

serveTests();

/** A server with one bot, which refuses a version that is not its own. */
function serve(start: Bot) {
  const kept = { bot: start, bodies: [] as Record<string, unknown>[] };
  server.use(
    http.get('*/api/bots/1', () => HttpResponse.json(kept.bot)),
    http.get('*/api/bots', () => HttpResponse.json({ count: 1, results: [kept.bot] })),
    http.get('*/api/bots/1/versions', () => HttpResponse.json({ results: [] })),
    http.put('*/api/bots/1', async ({ request }) => {
      const body = (await request.json()) as Record<string, unknown>;
      kept.bodies.push(body);
      if (body.version !== kept.bot.version) {
        const detail = `version ${kept.bot.version} is newer`;
        return HttpResponse.json({ title: 'Not possible now', status: 409, detail }, { status: 409 });
      }
      kept.bot = { ...kept.bot, ...(body as Partial<Bot>), version: kept.bot.version + 1 };
      return HttpResponse.json(kept.bot);
    }),
  );
  return kept;
}

async function open() {
  const view = renderLive(<EditBotPage />, { role: 'admin', ready: true, at: '/bots/1', path: '/bots/:id' });
  const form = within(await screen.findByRole('form', { name: 'Bot settings' }));
  return { ...view, form, user: userEvent.setup() };
}

describe('the page of a bot', () => {
  it('saves on top of the version it was opened with, twice in a row', async () => {
    const kept = serve(makeBot({ version: 4 }));
    const { form, user } = await open();
    const target = form.getByLabelText(/^Take profit/);
    expect(target).toHaveValue('5');
    await user.clear(target);
    await user.type(target, '7');
    await user.click(form.getByRole('button', { name: 'Save changes' }));
    expect(await screen.findByText(/Momentum is saved\./)).toBeVisible();
    await waitFor(() => expect(form.queryByText('Not saved yet')).not.toBeInTheDocument());
    await user.clear(target);
    await user.click(form.getByRole('button', { name: 'Save changes' }));
    await waitFor(() => expect(kept.bodies).toHaveLength(2));
    expect(kept.bodies.map(({ version, risk_management: risk }) => [version, risk])).toEqual([
      [4, { ...makeBot().risk_management, take_profit: 0.07 }],
      [5, { ...makeBot().risk_management, take_profit: null }],
    ]);
    expect(screen.queryByText(/Somebody changed this bot/)).not.toBeInTheDocument();
  });

  it('explains a stale version, and saves on top of it when asked to', async () => {
    const kept = serve(makeBot());
    const { form, user, client } = await open();
    const frequency = form.getByLabelText(/^Trading frequency/);
    await user.clear(frequency);
    await user.type(frequency, '30');
    kept.bot = makeBot({ version: 2, name: 'Theirs' });
    act(() => {
      client.setQueryData(keys.bot(1), kept.bot);
    });
    expect(await screen.findByText(/you see version 1, the newest is 2/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Keep mine' }));
    expect(screen.queryByText(/you see version 1/)).not.toBeInTheDocument();
    await user.click(form.getByRole('button', { name: 'Save changes' }));
    await waitFor(() => expect(kept.bodies).toHaveLength(1));
    expect(kept.bodies[0]).toMatchObject({ version: 2, trading_frequency: 30, name: 'Momentum' });
  });

  it('says nothing more of a refusal after which mine was kept', async () => {
    const kept = serve(makeBot());
    const { form, user } = await open();
    kept.bot = makeBot({ version: 2, name: 'Theirs' });
    await user.type(form.getByLabelText(/^Name/), ' X');
    await user.click(form.getByRole('button', { name: 'Save changes' }));
    await user.click((await screen.findAllByRole('button', { name: 'Keep mine' }))[0] ?? document.body);
    expect(screen.queryAllByRole('alert')).toEqual([]);
    await user.click(form.getByRole('button', { name: 'Save changes' }));
    expect(await screen.findByText(/is saved\./)).toBeVisible();
    expect(kept.bodies.map((body) => body.version)).toEqual([1, 2]);
  });

  it('reloads theirs when asked to', async () => {
    const kept = serve(makeBot());
    const { user } = await open();
    kept.bot = makeBot({ version: 2, name: 'Theirs' });
    const before = screen.getByRole('form', { name: 'Bot settings' });
    await user.type(within(before).getByLabelText(/^Name/), ' X');
    await user.click(within(before).getByRole('button', { name: 'Save changes' }));
    await user.click((await screen.findAllByRole('button', { name: 'Reload the newest' }))[0] ?? before);
    await waitFor(() => expect(screen.getByLabelText(/^Name/)).toHaveValue('Theirs'));
    expect(kept.bodies).toHaveLength(1);
    expect(screen.queryByText(/Somebody changed this bot/)).not.toBeInTheDocument();
  });

  it('says when there is no such bot', async () => {
    server.use(http.get('*/api/bots/1', () => HttpResponse.json({ title: 'Not found' }, { status: 404 })));
    renderLive(<EditBotPage />, { role: 'admin', ready: true, at: '/bots/1', path: '/bots/:id' });
    expect(await screen.findByText('There is no such page')).toBeVisible();
  });
});
