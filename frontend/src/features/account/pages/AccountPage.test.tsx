import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { makeMarketStatus } from '@/test/factories';
import { renderLive } from '@/test/render';
import { serveTests, server } from '@/test/server';
import type { Account, Activity, MarketCalendar } from '@/types/domain';
import { AccountPage } from './AccountPage';

serveTests();

const ACCOUNT: Account = {
  number: 'PA123',
  equity: '10050.5',
  last_equity: '10000',
  cash: '-250.25',
  buying_power: '20000',
  borrowed: '250.25',
  reserved: '12.5',
  read_at: '2026-11-20T15:00:00Z',
  error: '',
  money: [
    { kind: 'CSD', amount: '10000', count: 1 },
    { kind: 'FEE', amount: '-0.05', count: 2 },
    { kind: 'DIVNRA', amount: '3', count: 1 },
  ],
};

const FEE: Activity = {
  id: 2,
  activity_id: 'a2',
  kind: 'FEE',
  sub_kind: 'TAF',
  amount: '-0.05',
  symbol: 'KO',
  description: 'TAF fee for proceed of 10 shares',
  day: '2026-11-19',
  at: '2026-11-19T22:00:00Z',
  transfer: false,
  attributed: true,
  owners: [
    { bot: 1, bot_name: 'Momentum', amount: '-0.03' },
    { bot: null, bot_name: null, amount: '-0.02' },
  ],
};

const CALENDAR: MarketCalendar = {
  today: '2026-11-25',
  days: [
    { date: '2026-11-25', open: '2026-11-25T14:30:00Z', close: '2026-11-25T21:00:00Z', early_close: false },
    { date: '2026-11-26', open: null, close: null, early_close: false },
    { date: '2026-11-27', open: '2026-11-27T14:30:00Z', close: '2026-11-27T18:00:00Z', early_close: true },
  ],
};

function open(activities: Activity[] = [FEE]) {
  const asked: string[] = [];
  server.use(
    http.get('*/api/account', () => HttpResponse.json(ACCOUNT)),
    http.get('*/api/account/equity', () =>
      HttpResponse.json({ range: '1M', from: null, to: '2026-11-25', equity: [], metrics: null }),
    ),
    http.get('*/api/account/activities', ({ request }) => {
      asked.push(new URL(request.url).search);
      return HttpResponse.json({ next: null, previous: null, results: activities });
    }),
    http.get('*/api/calendar', () => HttpResponse.json(CALENDAR)),
    http.get('*/api/market-status', () =>
      HttpResponse.json(makeMarketStatus({ session_date: '2026-11-25' })),
    ),
  );
  renderLive(<AccountPage />, { ready: true, at: '/account' });
  return { asked, user: userEvent.setup() };
}

describe('the account page', () => {
  it('has the account’s sums, what is borrowed, and what money cost and brought', async () => {
    open();
    const account = within(await screen.findByRole('region', { name: 'Account' }));
    expect(await account.findByText('$10,050.50')).toBeVisible();
    expect(account.getByText('$250.25')).toBeVisible();
    expect(account.getByText('−$0.05')).toBeVisible();
    expect(account.getByText('$3.00')).toBeVisible();
  });

  it('says whose a fee is, and asks for what is wanted', async () => {
    const { asked, user } = open();
    const row = within(await screen.findByRole('row', { name: /TAF fee/ }));
    expect(row.getByText('Momentum, no bot')).toBeVisible();
    expect(row.getByText('Nov 19')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Deposits and withdrawals' }));
    expect(asked.at(-1)).toBe('?money=transfers');
  });

  it('says of money nobody owns yet that it is not known, and of a deposit that it is no result', async () => {
    open([
      { ...FEE, id: 3, attributed: false, owners: [] },
      { ...FEE, id: 4, kind: 'CSD', sub_kind: '', transfer: true, owners: [], description: 'deposit' },
    ]);
    expect(await screen.findByText('not known yet')).toBeVisible();
    expect(screen.getByText('yours: no result')).toBeVisible();
  });

  it('shows holidays and early closes before they come', async () => {
    open();
    const days = within(await screen.findByRole('list', { name: 'Trading days' }));
    expect(days.getAllByRole('listitem').map((each) => each.textContent)).toEqual([
      'Wed Nov 25 (today)09:30–16:00 ET',
      'Thu Nov 26closed all day',
      'Fri Nov 2709:30–13:00 ET, closes early',
    ]);
    expect(screen.getByText('next 60 days, 2 of them unusual')).toBeVisible();
  });
});
