import { QueryClient } from '@tanstack/react-query';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { keys } from '@/hooks/queries/keys';
import { makeAlert, makeBot, makeMarketStatus, makePosition, makeSummary, makeTrade } from '@/test/factories';
import type {
  Alert,
  Bot,
  BotList,
  MarketStatus,
  PositionDetail,
  PositionList,
  Summary,
  Trade,
  TradePage,
} from '@/types/domain';
import type { BotState, Figures, StateEvent } from '@/types/events';
import { AlertStore } from './alertStore';
import { LiveBridge } from './liveBridge';
import { PriceStore } from './priceStore';

const AT = '2026-11-20T15:00:00Z';

function makeFigures(change: Partial<Figures> = {}): Figures {
  return { summary: makeSummary(), market_status: makeMarketStatus(), bots: [], ...change };
}

function makeBridge() {
  const client = new QueryClient();
  const prices = new PriceStore((flush) => {
    flush();
  });
  const alerts = new AlertStore();
  const shown: Alert[] = [];
  const fills: Trade[] = [];
  const bridge = new LiveBridge({
    client,
    prices,
    alerts,
    onAlert: (alert) => shown.push(alert),
    onFill: (trade) => fills.push(trade),
  });
  client.setQueryData(keys.openPositions, { count: 1, results: [makePosition()] });
  client.setQueryData(keys.recentTrades, { next: null, previous: null, results: [makeTrade()] });
  client.setQueryData(keys.bots, { count: 1, results: [makeBot()] });
  client.setQueryData(keys.marketStatus, makeMarketStatus());
  const invalidated: string[] = [];
  vi.spyOn(client, 'invalidateQueries').mockImplementation((filters) => {
    invalidated.push((filters?.queryKey as string[]).join('/'));
    return Promise.resolve();
  });
  return { bridge, client, prices, alerts, shown, fills, invalidated };
}

function event<T extends StateEvent['type']>(type: T, data: Extract<StateEvent, { type: T }>['data']) {
  return { type, id: 8, at: AT, data } as StateEvent;
}

let day = 0;

beforeEach(() => {
  // Each test on another day: what one was told is long ago for the next.
  day += 1;
  vi.useFakeTimers({ now: Date.UTC(2026, 10, day) });
});

describe('LiveBridge', () => {
  it('replaces, adds and removes open positions', () => {
    const { bridge, client } = makeBridge();
    const ids = () => client.getQueryData<PositionList>(keys.openPositions)?.results.map(({ id }) => id);
    bridge.apply(event('position_updated', makePosition({ version: 4, closing: true })));
    expect(client.getQueryData<PositionList>(keys.openPositions)?.results[0]?.closing).toBe(true);
    bridge.apply(event('position_updated', makePosition({ id: 2, version: 1 })));
    expect(ids()).toEqual([2, 1]);
    bridge.apply(event('position_updated', makePosition({ version: 5, is_open: false })));
    expect(ids()).toEqual([2]);
    expect(client.getQueryData<PositionList>(keys.openPositions)?.count).toBe(1);
  });

  it('updates a position in every list and dialog that shows it, and asks who else belongs there', () => {
    const { bridge, client, invalidated } = makeBridge();
    const list = keys.positionList({ symbol: 'AAPL' });
    client.setQueryData(list, { count: 1, results: [makePosition()] });
    client.setQueryData(keys.position(1), { ...makePosition(), trades: [makeTrade()] });
    bridge.apply(event('position_updated', makePosition({ version: 4, closing: true })));
    expect(client.getQueryData<PositionList>(list)?.results[0]?.closing).toBe(true);
    expect(client.getQueryData<PositionDetail>(keys.position(1))).toEqual({
      ...makePosition({ version: 4, closing: true }),
      trades: [makeTrade()],
    });
    bridge.apply(event('position_updated', makePosition({ version: 2 })));
    expect(client.getQueryData<PositionList>(list)?.results[0]?.version).toBe(4);
    vi.advanceTimersByTime(300);
    expect(invalidated).toEqual([
      'live/positions/list',
      'live/positions/summary',
      'live/positions/one',
      'live/summary',
      'live/bots',
    ]);
  });

  it('ignores a position older than the one it has', () => {
    const { bridge, client } = makeBridge();
    bridge.apply(event('position_updated', makePosition({ version: 2, is_open: false })));
    expect(client.getQueryData<PositionList>(keys.openPositions)?.results).toEqual([makePosition()]);
  });

  it('puts a fill on top, updates a known trade, and reads the sums again once', () => {
    const { bridge, client, fills, invalidated } = makeBridge();
    bridge.apply(event('trade_executed', makeTrade({ id: 2 })));
    bridge.apply(event('trade_executed', makeTrade({ id: 2, filled_quantity: '6' })));
    const results = client.getQueryData<TradePage>(keys.recentTrades)?.results;
    expect(results?.map(({ id, filled_quantity }) => [id, filled_quantity])).toEqual([
      [2, '6'],
      [1, '12'],
    ]);
    expect(fills).toHaveLength(2);
    expect(invalidated).toEqual([]);
    vi.advanceTimersByTime(300);
    expect(invalidated).toEqual([
      'live/trades/page',
      'live/trades/stats',
      'live/trades/working',
      'live/trades/one',
      'live/positions/summary',
      'live/positions/one',
      'live/analytics',
      'live/market-data/AAPL',
      'live/summary',
      'live/bots',
    ]);
  });

  it('asks for no figures while the socket tells them', () => {
    const { bridge, client, invalidated } = makeBridge();
    bridge.applyFigures(makeFigures());
    bridge.apply(event('position_updated', makePosition()));
    bridge.apply(event('trade_executed', makeTrade()));
    vi.advanceTimersByTime(300);
    expect(
      invalidated.filter((key) => ['live/summary', 'live/bots', 'live/trades/recent'].includes(key)),
    ).toEqual([]);
    expect(client.getQueryData<Summary>(keys.summary)?.equity).toBe('100000');
    // It has gone quiet: the page asks for itself.
    expect(invalidated).not.toContain('live');
    vi.advanceTimersByTime(20_000);
    expect(invalidated).toContain('live');
    bridge.apply(event('position_updated', makePosition()));
    vi.advanceTimersByTime(300);
    expect(invalidated).toContain('live/summary');
  });

  it('takes figures that are newer, and no others', () => {
    const { bridge, client, invalidated } = makeBridge();
    const known = makeBot({ updated_at: '2026-11-20T15:00:00Z' });
    client.setQueryData(keys.bots, { count: 1, results: [known] });
    const told = (change: Partial<BotState>): Figures =>
      makeFigures({ bots: [{ ...known, total_pnl: '7.00', ...change }] });
    const pnl = () => client.getQueryData<BotList>(keys.bots)?.results[0]?.total_pnl;

    bridge.applyFigures(told({ updated_at: '2026-11-20T14:59:59Z' }));
    expect(pnl()).toBe(known.total_pnl);
    bridge.applyFigures(told({}));
    expect(pnl()).toBe('7.00');
    bridge.applyFigures({ ...told({}), summary: makeSummary({ event_id: 9, equity: '9.00' }) });
    bridge.applyFigures({ ...told({}), summary: makeSummary({ event_id: 8, equity: '8.00' }) });
    expect(client.getQueryData<Summary>(keys.summary)?.equity).toBe('9.00');
    vi.advanceTimersByTime(300);
    expect(invalidated).toEqual([]);
  });

  it.each([
    ['another configuration', { bots: [{ ...makeBot(), version: 2 }] }],
    ['a bot more', { summary: makeSummary({ bots: { ...makeSummary().bots, total: 2 } }) }],
  ])('reads the bots again for %s', (_, change) => {
    const { bridge, invalidated } = makeBridge();
    bridge.applyFigures(makeFigures(change));
    vi.advanceTimersByTime(300);
    expect(invalidated).toEqual(['live/bots']);
  });

  it('patches the status of a bot', () => {
    const { bridge, client } = makeBridge();
    bridge.apply(
      event('bot_status_changed', { id: 1, name: 'Momentum', status: 'error', status_reason: 'refused' }),
    );
    expect(client.getQueryData<BotList>(keys.bots)?.results[0]).toEqual(
      makeBot({ status: 'error', status_reason: 'refused' }),
    );
  });

  it('patches a bot also in filtered lists and on its own page', () => {
    const { bridge, client } = makeBridge();
    const list = keys.botList({ search: 'mom' });
    client.setQueryData(list, { count: 1, results: [makeBot()] });
    client.setQueryData(keys.bot(1), makeBot());
    bridge.apply(
      event('bot_status_changed', { id: 1, name: 'Momentum', status: 'paused', status_reason: '' }),
    );
    expect(client.getQueryData<BotList>(list)?.results[0]?.status).toBe('paused');
    expect(client.getQueryData<Bot>(keys.bot(1))?.status).toBe('paused');
  });

  it('takes a newer market status, not an older one', () => {
    const { bridge, client } = makeBridge();
    bridge.apply(event('market_status_changed', makeMarketStatus({ is_open: false, real: 2000 })));
    bridge.apply(event('market_status_changed', makeMarketStatus({ is_open: true, real: 1500 })));
    expect(client.getQueryData<MarketStatus>(keys.marketStatus)?.is_open).toBe(false);
  });

  it('keeps alerts and shows them', () => {
    const { bridge, alerts, shown, invalidated } = makeBridge();
    const alert = makeAlert({ message: 'rejected', symbol: 'AMD' });
    bridge.apply(event('alert_raised', alert));
    expect(shown).toEqual([alert]);
    expect(alerts.getSnapshot()).toEqual({ entries: shown, unread: 1 });
    vi.advanceTimersByTime(300);
    expect(invalidated).toEqual(['live/halts', 'live/alerts/page', 'live/summary', 'live/bots']);
  });

  it('never writes prices into the cache', () => {
    const { bridge, client, prices } = makeBridge();
    const write = vi.spyOn(client, 'setQueryData');
    bridge.applyPrices({ AAPL: { price: '190.00', at: AT } });
    expect(write).not.toHaveBeenCalled();
    expect(prices.get('AAPL')?.price).toBe('190.00');
  });

  it('asks again when an answer on its way may be older than the event', () => {
    const { bridge, client, invalidated } = makeBridge();
    void client.query({ queryKey: keys.openPositions, queryFn: () => new Promise(() => undefined) });
    bridge.apply(event('position_updated', makePosition({ version: 4 })));
    expect(invalidated).toEqual(['live/positions/open']);
  });

  it('reads everything again on reload, without the old prices', () => {
    const { bridge, prices, invalidated } = makeBridge();
    bridge.applyPrices({ AAPL: { price: '190.00', at: AT } });
    bridge.reload();
    expect(prices.get('AAPL')).toBeUndefined();
    expect(invalidated).toEqual(['live']);
  });
});
