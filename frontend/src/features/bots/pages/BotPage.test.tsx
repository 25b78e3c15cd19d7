import { screen, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import {
  makeAnalytics,
  makeBot,
  makeDecision,
  makeMarketData,
  makePosition,
  makeTrade,
} from '@/test/factories';
import { renderLive } from '@/test/render';
import { serveTests, server } from '@/test/server';
import type { Bot } from '@/types/domain';
import { BotPage } from './BotPage';

serveTests();

function open(bot: Bot = makeBot()) {
  const asked: string[] = [];
  const told = (body: object) => (info: { request: Request }) => {
    asked.push(decodeURIComponent(new URL(info.request.url).pathname + new URL(info.request.url).search));
    return HttpResponse.json(body);
  };
  server.use(
    http.get('*/api/bots/1', told(bot)),
    http.get(
      '*/api/bots/1/versions',
      told({
        results: [
          {
            number: 1,
            changed_by: 'ada',
            created_at: '2026-11-20T14:00:00Z',
            config: {},
            changes: [],
          },
        ],
      }),
    ),
    http.get('*/api/halts', told({ results: [] })),
    http.get('*/api/analytics', told(makeAnalytics())),
    http.get('*/api/positions', told({ count: 1, results: [makePosition()] })),
    http.get('*/api/trades', told({ next: null, previous: null, results: [makeTrade()] })),
    http.get('*/api/decisions', told({ next: null, previous: null, results: [makeDecision()] })),
    http.get('*/api/market-data/*', told(makeMarketData({ bars: [] }))),
  );
  const view = renderLive(<BotPage />, { ready: true, at: '/bots/1', path: '/bots/:id' });
  return { ...view, asked };
}

describe('the page of a bot', () => {
  it('has its results, positions, trades, decisions, versions and health, all of this bot alone', async () => {
    const { asked } = open();
    expect(await screen.findByRole('heading', { level: 1, name: 'Momentum' })).toBeVisible();
    const names = [
      ...['P&L, marked to market', 'Drawdown', 'Open positions', 'Price', 'Recent trades'],
      ...['Recent decisions', 'Health', 'Versions'],
    ];
    for (const name of names) expect(await screen.findByRole('region', { name })).toBeVisible();
    expect(await screen.findByRole('list', { name: 'Recent decisions' })).toBeVisible();
    expect(asked).toEqual(
      expect.arrayContaining([
        '/api/analytics?range=1M&bot=1',
        '/api/positions?bot=1&is_open=true&page_size=200',
        '/api/trades?bot=1&page_size=12',
        '/api/decisions?bot=1&page_size=8',
      ]),
    );
    const health = within(screen.getByRole('region', { name: 'Health' }));
    expect(health.getByText('1 of 1 protected')).toBeVisible();
    expect(screen.queryByText(/does nothing until/)).not.toBeInTheDocument();
  });

  it('says of a new bot that it does nothing yet, and what comes next', async () => {
    open(makeBot({ status: 'stopped', last_tick_at: null }));
    expect(
      await screen.findByText('It is made and stopped: it does nothing until you press Start.'),
    ).toBeVisible();
    expect(screen.getByRole('link', { name: 'Backtest it first' })).toHaveAttribute(
      'href',
      '/backtests?bot=1',
    );
    expect(screen.getByRole('button', { name: 'Start Momentum' })).toBeVisible();
  });

  it('is not there for a bot that is not', async () => {
    server.use(http.get('*/api/bots/7', () => HttpResponse.json({ status: 404 }, { status: 404 })));
    renderLive(<BotPage />, { ready: true, at: '/bots/7', path: '/bots/:id' });
    expect(await screen.findByText(/not here|no such page|does not exist/i)).toBeVisible();
  });
});
