import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { makeBot } from '@/test/factories';
import { renderLive } from '@/test/render';
import { BOT_SCHEMA, server, serveTests } from '@/test/server';
import { CreateBotPage } from './CreateBotPage';

serveTests();

/** What a person types into or chooses from; not the region of the same name. */
const INPUT = 'input, [role=combobox]';

async function open(role: 'admin' | 'trader' | 'viewer' = 'admin') {
  const view = renderLive(<CreateBotPage />, { role, ready: true, at: '/bots/new', path: '/bots/new' });
  const form = await screen.findByRole('form', { name: 'Bot settings' });
  return { ...view, form: within(form), user: userEvent.setup() };
}

type Opened = Awaited<ReturnType<typeof open>>;

/** The least a bot needs beside its defaults. */
async function fillIn({ form, user }: Opened) {
  await user.type(form.getByLabelText(/^Name/), 'Dip');
  await user.type(form.getByLabelText(/^Capital/), '5000');
  await user.type(form.getByLabelText(/^Stop loss/), '1.5');
  await user.type(form.getByRole('combobox', { name: /^Symbols/ }), 'aap');
  await user.click(await screen.findByRole('option', { name: /AAPL/ }));
  await user.click(form.getByRole('button', { name: 'Add an indicator' }));
  await user.click(await screen.findByRole('menuitem', { name: /^RSI/ }));
}

function takeCreations(answer: () => Response) {
  const bodies: unknown[] = [];
  server.use(
    http.post('*/api/bots', async ({ request }) => {
      bodies.push(await request.json());
      return answer();
    }),
  );
  return bodies;
}

describe('the form of a new bot', () => {
  it('has an input for every setting of the server’s table, with its default and its range', async () => {
    const { form } = await open();
    const single = BOT_SCHEMA.fields.filter(
      ({ name, type }) => !/_(hour|minute)$/.test(name) && type !== 'indicators',
    );
    expect(single).toHaveLength(15);
    for (const { label } of single) {
      expect(form.getByLabelText(new RegExp(`^${label}`), { selector: INPUT })).toBeInTheDocument();
    }
    expect(form.getByLabelText('Enters from (New York)')).toHaveValue('09:30');
    expect(form.getByLabelText('Enters until (New York)')).toHaveValue('12:00');
    expect(form.getByLabelText(/^Largest position/)).toHaveValue('10');
    expect(form.getByText(/0.1 to 50 %/)).toBeVisible();
    expect(form.getByText(/2 h 30 min of the session/)).toBeVisible();
  });

  it('makes chips of a list that is typed, and Enter neither saves nor loses anything', async () => {
    const bodies = takeCreations(() => HttpResponse.json(makeBot(), { status: 201 }));
    const { form, user } = await open();
    const box = form.getByRole('combobox', { name: /^Symbols/ });
    await user.type(box, 'aapl, msft,amz');
    expect(form.getByRole('button', { name: 'AAPL' })).toBeVisible();
    expect(form.getByRole('button', { name: 'MSFT' })).toBeVisible();
    // Before the search has answered: what the list shows is of an older one.
    await user.keyboard('n{Enter}');
    expect(await form.findByRole('button', { name: 'AMZN' })).toBeVisible();
    expect(box).toHaveValue('');
    await user.type(box, 'zzzz{Enter}');
    expect(box).toHaveValue('zzzz');
    await user.click(form.getByRole('button', { name: 'Create bot' }));
    expect(await form.findByText(/“zzzz” is typed, but not chosen/)).toBeVisible();
    expect(bodies).toEqual([]);
  });

  it('has the first wrong field in focus when it is not sent', async () => {
    const { form, user } = await open();
    await user.click(form.getByRole('button', { name: 'Create bot' }));
    await waitFor(() => expect(form.getByLabelText(/^Name/)).toHaveFocus());
  });

  it('has the first wrong field in focus when the server refuses, whatever that names first', async () => {
    const errors = [
      { field: 'risk_management.stop_loss', message: 'is too small' },
      { field: 'name', message: 'is taken' },
    ];
    takeCreations(() =>
      HttpResponse.json(
        { type: 'about:blank', title: 'Not valid', status: 400, detail: 'x', errors },
        { status: 400, headers: { 'content-type': 'application/problem+json' } },
      ),
    );
    const opened = await open();
    await fillIn(opened);
    await opened.user.click(opened.form.getByRole('button', { name: 'Create bot' }));
    await waitFor(() => expect(opened.form.getByLabelText(/^Name/)).toHaveFocus());
    expect(opened.form.getByText('Name is taken')).toBeVisible();
  });

  it('sends fractions for per cent, says dollars, and leads to the bot', async () => {
    const bodies = takeCreations(() => HttpResponse.json(makeBot({ id: 9, name: 'Dip' }), { status: 201 }));
    const opened = await open();
    const { form, user, router } = opened;
    await fillIn(opened);
    expect(form.getByText('at most $500 in one symbol')).toBeVisible();
    expect(form.getByText('about $8 lost on a full position of $500')).toBeVisible();
    await user.click(form.getByRole('button', { name: 'Create bot' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/bots/9'));
    expect(bodies).toEqual([
      {
        name: 'Dip',
        capital: 5000,
        trading_frequency: 60,
        timeframe: '1Min',
        symbols: ['AAPL'],
        indicators: { RSI: { period: 14, oversold: 30, overbought: 70 } },
        signal_mode: 'majority',
        min_votes: 1,
        risk_management: {
          stop_loss: 0.015,
          take_profit: null,
          trailing_stop: null,
          max_position_size: 0.1,
          max_daily_loss: 0.1,
          max_positions: 5,
          cooldown_minutes: 0,
          max_orders_per_minute: 10,
        },
        start_hour: 9,
        start_minute: 30,
        end_hour: 12,
        end_minute: 0,
        close_at_window_end: false,
      },
    ]);
  });

  it('says what is missing before anything is sent', async () => {
    const bodies = takeCreations(() => HttpResponse.json({}));
    const { form, user } = await open();
    await user.click(form.getByRole('button', { name: 'Create bot' }));
    expect(await form.findByText('Name is required')).toBeVisible();
    expect(form.getByText('Stop loss is required')).toBeVisible();
    expect(form.getByText('name at least one symbol')).toBeVisible();
    expect(form.getByText('choose at least one indicator')).toBeVisible();
    expect(bodies).toEqual([]);
  });

  it('puts what the server refuses at its field, and what has no field above the buttons', async () => {
    const errors = [
      { field: 'indicators.RSI.period', message: 'must be between 2 and 500' },
      { field: 'risk_management.stop_loss', message: 'is wider than your broker allows' },
      { field: 'colour', message: 'is not a setting' },
    ];
    takeCreations(() =>
      HttpResponse.json(
        { type: 'about:blank', title: 'Not valid', status: 400, detail: 'x', errors },
        { status: 400, headers: { 'content-type': 'application/problem+json' } },
      ),
    );
    const opened = await open();
    const { form, user } = opened;
    await fillIn(opened);
    await user.click(form.getByRole('button', { name: 'Create bot' }));
    expect(await form.findByText('Stop loss is wider than your broker allows')).toBeVisible();
    expect(form.getByText('period must be between 2 and 500')).toBeVisible();
    expect(form.getByLabelText(/^Stop loss/)).toHaveAccessibleDescription(/wider than your broker allows/);
    expect(form.getByLabelText('period')).toBeInvalid();
    expect(form.getByText(/colour is not a setting/)).toBeVisible();
  });

  it('begins from a template and keeps the name that was typed', async () => {
    const { form, user } = await open();
    await user.type(form.getByLabelText(/^Name/), 'Mine');
    await user.click(form.getByRole('button', { name: 'Begin from Buy the dip' }));
    expect(form.getByLabelText(/^Name/)).toHaveValue('Mine');
    expect(form.getByLabelText(/^Stop loss/)).toHaveValue('1.5');
    expect(form.getAllByTestId('indicator').map((each) => each.querySelector('h3')?.textContent)).toEqual([
      'RSI · Relative Strength Index',
      'BollingerBands · Bollinger Bands',
    ]);
  });

  it('takes the same indicator twice, and a custom one with rules', async () => {
    const { form, user } = await open();
    const add = async (name: RegExp) => {
      await user.click(form.getByRole('button', { name: 'Add an indicator' }));
      await user.click(await screen.findByRole('menuitem', { name }));
    };
    await add(/^SMA/);
    await add(/^SMA/);
    await add(/pandas-ta/);
    const [first, second, custom] = form.getAllByTestId('indicator');
    expect(first).toHaveAccessibleName('SMA · Simple Moving Average');
    expect(second).toHaveAccessibleName('SMA:2 · Simple Moving Average');
    expect(custom).toHaveAccessibleName('Custom: adx');
    expect(within(custom ?? document.body).getByLabelText('Votes buy when')).toHaveValue('ADX_14 > 25');
  });

  it('names a custom indicator after its function until a name is typed', async () => {
    const { form, user } = await open();
    const add = async () => {
      await user.click(form.getByRole('button', { name: 'Add an indicator' }));
      await user.click(await screen.findByRole('menuitem', { name: /pandas-ta/ }));
    };
    const choose = async (place: number, name: RegExp) => {
      const card = within(form.getAllByTestId('indicator')[place] ?? document.body);
      await user.click(card.getByLabelText('Function'));
      await user.click(await screen.findByRole('option', { name }));
      return card;
    };
    const names = () => form.getAllByTestId('indicator').map((card) => card.querySelector('h3')?.textContent);
    await add();
    await add();
    expect(names()).toEqual(['Custom: adx', 'Custom: adx_2']);
    const first = await choose(0, /^cci/);
    expect(names()).toEqual(['Custom: cci', 'Custom: adx_2']);
    expect(first.getByLabelText('Votes buy when')).toHaveValue('');
    const second = await choose(1, /^cci/);
    expect(names()).toEqual(['Custom: cci', 'Custom: cci_2']);

    await user.clear(second.getByLabelText('Name'));
    await user.type(second.getByLabelText('Name'), 'Mine');
    await user.type(second.getByLabelText('Votes buy when'), 'CCI_14_0_015 > 100');
    await choose(1, /^roc/);
    expect(names()).toEqual(['Custom: cci', 'Custom: Mine']);
    expect(second.getByLabelText('Votes buy when')).toHaveValue('CCI_14_0_015 > 100');
    expect(await second.findByText('CCI_14_0_015 is not a column of roc: ROC_10')).toBeVisible();
  });

  it('shows a wrong rule at its box, and has it in focus', async () => {
    const said = '"=" at character 8: compare with < <= > >= only';
    const errors = [{ field: 'indicators.adx.buy', message: said, nearest: null }];
    takeCreations(() => HttpResponse.json({ title: 'Not valid', detail: 'x', errors }, { status: 400 }));
    const opened = await open();
    const { form, user } = opened;
    await fillIn(opened);
    await user.click(form.getByRole('button', { name: 'Add an indicator' }));
    await user.click(await screen.findByRole('menuitem', { name: /pandas-ta/ }));
    const card = within(form.getAllByTestId('indicator')[1] ?? document.body);
    const rule = card.getByLabelText('Votes buy when');
    await user.clear(rule);
    await user.type(rule, 'ADX_14 = 25');
    await user.click(form.getByRole('button', { name: 'Create bot' }));
    expect(await card.findByText(said)).toBeVisible();
    await waitFor(() => expect(rule).toHaveFocus());
    expect(rule).toHaveValue('ADX_14 = 25');
  });

  it('says what the drafted bot needs to buy, and what each way of counting means', async () => {
    const { form, user } = await open();
    await user.click(form.getByRole('button', { name: 'Begin from Buy the dip' }));
    const needs = form.getByRole('region', { name: 'What it needs to buy' });
    expect(needs).toHaveTextContent(/^What it needs to buyOne of these 2 must vote to buy/);
    await user.click(form.getByRole('combobox', { name: 'Signal' }));
    await user.click(await screen.findByRole('option', { name: 'every: Every one votes' }));
    expect(needs).toHaveTextContent(
      'All 2 of these must vote to buy on the same closed bar.' +
        'RSI is below 30the close is below the lower band of BollingerBands',
    );
    expect(form.getByText(/Every indicator that can vote does so on the same bar/)).toBeVisible();
  });

  it('shows its JSON and takes over what is pasted there', async () => {
    const { form, user } = await open();
    await user.click(form.getByRole('button', { name: 'Show' }));
    const json = form.getByLabelText('Settings as JSON');
    expect(JSON.parse((json as HTMLTextAreaElement).value)).toMatchObject({ trading_frequency: 60 });
    await user.clear(json);
    await user.click(json);
    await user.paste('{"name": "Pasted", "symbols": ["msft"], "risk_management": {"stop_loss": 0.07}}');
    await user.click(form.getByRole('button', { name: 'Apply to the form' }));
    expect(form.getByLabelText(/^Name/)).toHaveValue('Pasted');
    expect(form.getByLabelText(/^Stop loss/)).toHaveValue('7');
    expect(form.getByRole('button', { name: 'MSFT' })).toBeVisible();
    expect(await form.findByText('Capital is required')).toBeVisible();
  });

  it('does not lose what was typed without asking', async () => {
    const { form, user, router } = await open();
    // A navigation that is held up is not awaited: it has not ended.
    const leave = () => {
      act(() => void router.navigate('/bots'));
    };
    await user.type(form.getByLabelText(/^Name/), 'Mine');
    leave();
    const dialog = await screen.findByRole('dialog', { name: 'Leave without saving?' });
    await user.click(within(dialog).getByRole('button', { name: 'Stay' }));
    expect(router.state.location.pathname).toBe('/bots/new');
    expect(form.getByLabelText(/^Name/)).toHaveValue('Mine');
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    leave();
    await user.click(await screen.findByRole('button', { name: 'Leave' }));
    expect(await screen.findByText('another page')).toBeVisible();
  });

  it.each(['viewer', 'trader'] as const)('lets a %s look, not save', async (role) => {
    const { form } = await open(role);
    expect(form.getByText(`Your role is ${role}: only an admin configures bots`)).toBeVisible();
    expect(form.getByLabelText(/^Name/)).toHaveAttribute('readonly');
    expect(form.queryByRole('button', { name: 'Create bot' })).not.toBeInTheDocument();
    expect(form.queryByRole('button', { name: 'Add an indicator' })).not.toBeInTheDocument();
  });
});
