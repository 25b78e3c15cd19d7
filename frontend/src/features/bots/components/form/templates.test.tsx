import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { CreateBotPage } from '@/features/bots/pages/CreateBotPage';
import { BotMenu } from '@/features/bots/components/BotMenu';
import { makeBot, makeTemplate } from '@/test/factories';
import { renderLive } from '@/test/render';
import { server, serveTests } from '@/test/server';
import type { SavedTemplate } from '@/types/domain';

serveTests();

interface Sent {
  method: string;
  path: string;
  body: unknown;
}

/** A server that keeps nothing: what is sent to it is noted. */
function serve(templates: SavedTemplate[], refusal: string | null = null) {
  const sent: Sent[] = [];
  const take = async ({ request }: { request: Request }) => {
    const { pathname } = new URL(request.url);
    const text = await request.text();
    const body: unknown = text === '' ? null : JSON.parse(text);
    sent.push({ method: request.method, path: pathname, body });
    if (refusal !== null) {
      const errors = [{ field: 'name', message: refusal }];
      return HttpResponse.json({ status: 400, title: 'Not valid', detail: 'x', errors }, { status: 400 });
    }
    if (request.method === 'DELETE') return new HttpResponse(null, { status: 204 });
    return HttpResponse.json(makeTemplate(body as Partial<SavedTemplate>), { status: 200 });
  };
  server.use(
    http.get('*/api/templates', () => HttpResponse.json({ results: templates })),
    http.post('*/api/templates', take),
    http.patch('*/api/templates/:id', take),
    http.delete('*/api/templates/:id', take),
  );
  return sent;
}

async function open() {
  renderLive(<CreateBotPage />, { role: 'admin', ready: true, at: '/bots/new', path: '/bots/new' });
  const form = within(await screen.findByRole('form', { name: 'Bot settings' }));
  return { form, user: userEvent.setup() };
}

describe('templates people keep', () => {
  it('stand beside the built-in ones, and a bot begins from them', async () => {
    serve([makeTemplate()]);
    const { form, user } = await open();
    await user.type(form.getByLabelText(/^Name/), 'Mine');
    await user.click(await form.findByRole('button', { name: 'Begin from Calm' }));
    expect(form.getByRole('button', { name: 'Begin from Buy the dip' })).toBeVisible();
    expect(form.getByLabelText(/^Name/)).toHaveValue('Mine');
    expect(form.getByLabelText(/^Capital/)).toHaveValue('7000');
    expect(form.getByLabelText(/^Stop loss/)).toHaveValue('3');
  });

  it('that are not right any more say why, and no bot begins from them', async () => {
    serve([makeTemplate({ config: { leverage: 2 }, problems: ['leverage: is not a setting'] })]);
    const { form, user } = await open();
    const card = await form.findByRole('button', { name: 'Begin from Calm' });
    expect(card).toHaveTextContent('Not right in this version: leverage: is not a setting');
    await user.click(card);
    expect(form.getByLabelText(/^Capital/)).toHaveValue('');
  });

  it('leave the built-in ones alone where they cannot be read', async () => {
    server.use(
      http.get('*/api/templates', () =>
        HttpResponse.json({ status: 503, title: 'Away', detail: 'the database is away' }, { status: 503 }),
      ),
    );
    const { form } = await open();
    expect(await form.findByText(/could not be read: the database is away/)).toBeVisible();
    expect(form.getByRole('button', { name: 'Begin from Buy the dip' })).toBeVisible();
  });

  it('are made of what the form holds, less the name and the symbols', async () => {
    const sent = serve([]);
    const { form, user } = await open();
    await user.click(form.getByRole('button', { name: 'Begin from Buy the dip' }));
    await user.type(form.getByLabelText(/^Name/), 'Mine');
    await user.click(form.getByRole('button', { name: 'Save as a template…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Save as a template' }));
    expect(dialog.getByLabelText(/^Name of the template/)).toHaveValue('Mine');
    await user.type(dialog.getByLabelText('Description'), 'Buys low');
    await user.click(dialog.getByRole('button', { name: 'Save template' }));
    expect(await screen.findByText(/^The template Mine is saved/)).toBeVisible();
    const [{ method, path, body } = { method: '', path: '', body: {} }] = sent;
    expect([method, path, sent.length]).toEqual(['POST', '/api/templates', 1]);
    expect(body).toMatchObject({ name: 'Mine', description: 'Buys low', config: { capital: 10000 } });
    const { config } = body as SavedTemplate;
    expect(Object.keys(config)).not.toContain('name');
    expect(Object.keys(config)).not.toContain('symbols');
  });

  it('are overwritten with the settings of a bot, and keep their name', async () => {
    const sent = serve([makeTemplate()]);
    renderLive(<BotMenu bot={makeBot()} halt={undefined} />, { role: 'admin', ready: true });
    const user = userEvent.setup();
    await user.click(screen.getByRole('button', { name: /^More for/ }));
    await user.click(screen.getByRole('menuitem', { name: 'Save as a template…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Save as a template' }));
    await user.click(await dialog.findByRole('combobox', { name: 'Save it' }));
    await user.click(await screen.findByRole('option', { name: 'in place of Calm' }));
    await user.click(dialog.getByRole('button', { name: 'Overwrite Calm' }));
    await waitFor(() => expect(sent).toHaveLength(1));
    const bot = makeBot();
    expect(sent[0]).toMatchObject({
      method: 'PATCH',
      path: '/api/templates/3',
      body: { config: { capital: bot.capital, indicators: bot.indicators, timeframe: bot.timeframe } },
    });
    const { config } = sent[0]?.body as SavedTemplate;
    for (const own of ['name', 'symbols', 'id', 'status', 'version', 'total_pnl']) {
      expect(config).not.toHaveProperty(own);
    }
  });

  it('stay as they were when the server refuses, with the reason', async () => {
    serve([makeTemplate()], 'is the name of another template already');
    const { form, user } = await open();
    await user.click(await form.findByRole('button', { name: 'More for the template Calm' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Rename…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Rename Calm' }));
    await user.type(dialog.getByLabelText(/^Name of the template/), ' two');
    await user.click(dialog.getByRole('button', { name: 'Rename' }));
    expect(await dialog.findByText('Name: is the name of another template already')).toBeVisible();
    expect(dialog.getByLabelText(/^Name of the template/)).toHaveValue('Calm two');
  });

  it('are deleted after a question', async () => {
    const sent = serve([makeTemplate()]);
    const { form, user } = await open();
    await user.click(await form.findByRole('button', { name: 'More for the template Calm' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Delete…' }));
    await user.click(await screen.findByRole('button', { name: 'Delete template' }));
    expect(await screen.findByText('The template Calm is deleted')).toBeVisible();
    expect(sent).toEqual([{ method: 'DELETE', path: '/api/templates/3', body: null }]);
  });

  it('are saved by nobody who does not configure bots', async () => {
    renderLive(<BotMenu bot={makeBot()} halt={undefined} />, { role: 'trader', ready: true });
    await userEvent.click(screen.getByRole('button', { name: /^More for/ }));
    expect(screen.getByRole('menuitem', { name: 'Save as a template…' })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
  });
});
