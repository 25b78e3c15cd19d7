import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import type { ReactNode } from 'react';
import { describe, expect } from 'vitest';
import { UserMenu } from '@/components/layout/UserMenu';
import { BacktestButtons } from '@/features/backtests/components/BacktestButtons';
import { RunBacktest } from '@/features/backtests/components/RunBacktest';
import { ClearHaltDialog } from '@/features/halts/components/ClearHaltDialog';
import { HaltDialog } from '@/features/halts/components/HaltDialog';
import { LoginForm } from '@/features/login/components/LoginForm';
import { ClosePositionDialog } from '@/features/positions/components/ClosePositionDialog';
import { MoveLevelsDialog } from '@/features/positions/components/MoveLevelsDialog';
import { RenameSymbolDialog } from '@/features/positions/components/RenameSymbolDialog';
import { CancelOrderDialog } from '@/features/trades/components/CancelOrderDialog';
import { TradeNoteForm } from '@/features/trades/components/TradeNoteForm';
import { itSaysWhatHappened } from './answers';
import { makeBacktest, makeBot, makeHalt, makePosition, makeTrade } from './factories';
import { renderLive } from './render';
import { server, serveTests } from './server';

serveTests();

const nothing = () => undefined;

/** A dialog that only asks: there is nothing to type. */
function asking(piece: ReactNode, button: string) {
  return () => {
    renderLive(piece);
    const user = userEvent.setup();
    return Promise.resolve({ send: () => user.click(screen.getByRole('button', { name: button })) });
  };
}

/** A form with boxes: what was typed into them stays. */
function typing(piece: ReactNode, typed: Record<string, string>, button: string | RegExp) {
  return async () => {
    renderLive(piece);
    const user = userEvent.setup();
    const box = (label: string) =>
      screen.getByLabelText(new RegExp(`^${label}`), { selector: 'input, textarea' });
    for (const [label, text] of Object.entries(typed)) {
      await user.clear(box(label));
      await user.type(box(label), text);
    }
    return {
      send: () => user.click(screen.getByRole('button', { name: button })),
      kept: () => {
        for (const [label, text] of Object.entries(typed)) expect(box(label)).toHaveValue(text);
      },
    };
  };
}

describe('the login', () => {
  const open = typing(<LoginForm />, { Username: 'ada', Password: 'secret' }, 'Log in');
  itSaysWhatHappened({
    path: '*/api/auth/login',
    unknown: 'it is not known whether you are logged in. Try it again.',
    field: { name: 'username', said: 'Username: is wrong' },
    open: () => {
      server.use(http.get('*/api/auth/csrf', () => new HttpResponse(null, { status: 204 })));
      return open();
    },
  });
});

describe('the logout', () => {
  itSaysWhatHappened({
    path: '*/api/auth/logout',
    unknown: 'it is not known whether you are logged out. Try it again.',
    field: null,
    open: () => {
      renderLive(
        <UserMenu session={{ username: 'ada', role: 'trader', version: '0.1.0', newest_event: 7 }} />,
      );
      const user = userEvent.setup();
      return Promise.resolve({
        send: async () => {
          await user.click(screen.getByRole('button', { name: /^User menu/ }));
          await user.click(await screen.findByRole('menuitem', { name: 'Log out' }));
        },
      });
    },
  });
});

describe('the question before a position is closed', () => {
  itSaysWhatHappened({
    path: '*/api/positions/1/close',
    unknown:
      'it is not known whether the shares are being sold. The position shows it; pressing again does not sell twice.',
    field: { name: 'quantity', said: 'Shares to sell: is wrong' },
    open: typing(
      <ClosePositionDialog position={makePosition()} onDone={nothing} />,
      { 'Shares to sell': '4' },
      'Sell 4 AAPL',
    ),
  });
});

describe('another price for a stop', () => {
  itSaysWhatHappened({
    path: '*/api/positions/1/levels',
    unknown: 'it is not known whether stop or target are being moved. The position shows it',
    field: { name: 'stop_loss_price', said: 'Stop: is wrong' },
    open: typing(
      <MoveLevelsDialog position={makePosition()} onDone={nothing} />,
      { Stop: '182.50' },
      'Move stop to 182.50',
    ),
  });
});

describe('the question before an order is cancelled', () => {
  const order = { ...makeTrade({ state: 'open' }), cancelling: false, stays: '' };
  itSaysWhatHappened({
    path: '*/api/trades/1/cancel',
    unknown: 'it is not known whether the order is being cancelled. The working orders show it',
    field: null,
    open: asking(<CancelOrderDialog order={order} onDone={nothing} />, 'Cancel the order'),
  });
});

describe('another symbol for a stock', () => {
  itSaysWhatHappened({
    path: '*/api/symbols/rename',
    unknown: 'it is not known whether the new symbol was taken over. The positions show it',
    field: { name: 'new', said: 'New symbol: is wrong' },
    open: typing(
      <RenameSymbolDialog symbol="FB" onDone={nothing} />,
      { 'New symbol': 'META', 'New shares': '1/2' },
      'Take over META for FB',
    ),
  });
});

describe('the halt of all entries', () => {
  itSaysWhatHappened({
    path: '*/api/halts',
    unknown: 'it is not known whether entries are halted. A halt is shown above every page',
    field: { name: 'reason', said: 'Reason: is wrong' },
    open: typing(<HaltDialog bot={null} onDone={nothing} />, { Reason: 'strange' }, 'Halt all entries'),
  });
});

describe('the end of a halt', () => {
  itSaysWhatHappened({
    path: '*/api/halts/3/clear',
    unknown:
      'it is not known whether the halt is cleared. A halt is shown above every page until it is cleared.',
    field: null,
    open: asking(<ClearHaltDialog halt={makeHalt()} onDone={nothing} />, 'Clear halt'),
  });
});

describe('the note of a trade', () => {
  itSaysWhatHappened({
    method: 'put',
    path: '*/api/trades/7/note',
    unknown: 'it is not known whether the note is saved. Saving it again does no harm.',
    field: { name: 'tags', said: 'Tags: is wrong' },
    open: typing(
      <TradeNoteForm id={7} note={{ text: '', tags: [], by: '', at: null }} />,
      { Note: 'too early', Tags: 'news' },
      'Save the note',
    ),
  });
});

describe('a backtest that is asked for', () => {
  itSaysWhatHappened({
    path: '*/api/backtests',
    unknown: 'it is not known whether the backtest was begun. The list of runs shows it.',
    field: { name: 'from', said: 'is wrong' },
    open: async () => {
      server.use(http.get('*/api/bots', () => HttpResponse.json({ count: 1, results: [makeBot()] })));
      renderLive(<RunBacktest bot={1} today="2026-06-02" />, { ready: true });
      const user = userEvent.setup();
      const form = within(screen.getByRole('form', { name: 'Run a backtest' }));
      await form.findByText('Momentum');
      await user.type(form.getByLabelText('Slippage, %'), '0.1');
      return {
        send: () => user.click(form.getByRole('button', { name: 'Run' })),
        kept: () => {
          expect(form.getByLabelText('Slippage, %')).toHaveValue(0.1);
        },
      };
    },
  });
});

describe('a backtest that goes on', () => {
  itSaysWhatHappened({
    path: '*/api/backtests/1/cancel',
    unknown: 'it is not known whether it was cancelled. Its state shows it.',
    field: null,
    open: asking(<BacktestButtons backtest={makeBacktest({ status: 'running' })} />, 'Cancel it'),
  });
});

describe('a backtest that is over', () => {
  itSaysWhatHappened({
    method: 'delete',
    path: '*/api/backtests/1',
    unknown: 'it is not known whether it was deleted. The list of runs shows it.',
    field: null,
    open: asking(<BacktestButtons backtest={makeBacktest()} />, 'Delete'),
  });
});
