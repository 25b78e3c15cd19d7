import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeWebSocket } from '@/test/FakeWebSocket';
import { backoffDelay, LiveSocket } from './websocket';

function makeSocket(random: () => number = () => 0.5, after: number | null = null) {
  const seen: string[] = [];
  const socket = new LiveSocket({
    url: 'ws://test/ws',
    random,
    after,
    create: FakeWebSocket.create,
    handlers: {
      onEvent: ({ type, id }) => seen.push(`${type} ${id}`),
      onFigures: ({ summary }) => seen.push(`figures ${summary.event_id}`),
      onPrices: (prices) => seen.push(`prices ${Object.keys(prices).join()}`),
      onOpen: (first) => seen.push(first ? 'opened' : 'reopened'),
      onReload: () => seen.push('reload'),
      onAuthLost: () => seen.push('auth lost'),
    },
  });
  return { socket, seen };
}

const hello = (id: number) => ({ type: 'hello', id, at: '2026-11-20T15:00:00Z', data: {} });
const alert = (id: number) => ({
  type: 'alert_raised',
  id,
  at: '2026-11-20T15:00:00Z',
  data: { level: 'info', message: 'x', bot: null, symbol: null },
});

beforeEach(() => {
  vi.useFakeTimers();
  FakeWebSocket.instances = [];
});

describe('backoffDelay', () => {
  it('is spread over the whole interval, which doubles up to thirty seconds', () => {
    expect(backoffDelay(0, () => 1)).toBe(500);
    expect(backoffDelay(3, () => 1)).toBe(4000);
    expect(backoffDelay(3, () => 0.25)).toBe(1000);
    expect(backoffDelay(30, () => 1)).toBe(30_000);
    expect(backoffDelay(30, () => 0)).toBe(0);
  });
});

describe('LiveSocket', () => {
  it('asks for what has happened since the page began to read', () => {
    const { socket, seen } = makeSocket(undefined, 5);
    socket.start();
    FakeWebSocket.latest().deliver(hello(7));
    expect(FakeWebSocket.latest().sent).toEqual([
      { type: 'subscribe', symbols: [], after: 5, figures: true },
    ]);
    FakeWebSocket.latest().deliver(alert(6));
    expect(seen).toEqual(['opened', 'alert_raised 6']);
  });

  it('hands over the figures', () => {
    const { socket, seen } = makeSocket();
    socket.start();
    FakeWebSocket.latest().deliver(hello(7));
    FakeWebSocket.latest().deliver({ type: 'figures', data: { summary: { event_id: 7 }, bots: [] } });
    FakeWebSocket.latest().deliver({ type: 'figures', data: { summary: { event_id: 8 } } });
    expect(seen).toEqual(['opened', 'figures 7']);
  });

  it('is open only after the hello, and then subscribes from there', () => {
    const { socket, seen } = makeSocket();
    socket.setSymbols(['MSFT', 'AAPL', 'AAPL']);
    socket.start();
    expect(socket.getState().phase).toBe('connecting');
    FakeWebSocket.latest().deliver(hello(7));
    expect(socket.getState()).toEqual({ phase: 'open', lostAt: null, retryAt: null });
    expect(FakeWebSocket.latest().sent).toEqual([
      { type: 'subscribe', symbols: ['AAPL', 'MSFT'], after: 7, figures: true },
    ]);
    expect(seen).toEqual(['opened']);
  });

  it('drops what it has already seen', () => {
    const { socket, seen } = makeSocket();
    socket.start();
    const server = FakeWebSocket.latest();
    server.deliver(hello(7));
    for (const id of [7, 8, 8, 6, 10]) server.deliver(alert(id));
    expect(seen).toEqual(['opened', 'alert_raised 8', 'alert_raised 10']);
  });

  it('names its last event after a reconnect and takes the missed ones in order', () => {
    const { socket, seen } = makeSocket();
    socket.start();
    FakeWebSocket.latest().deliver(hello(7));
    FakeWebSocket.latest().deliver(alert(9));
    FakeWebSocket.latest().breakOff(1012);
    expect(socket.getState()).toMatchObject({
      phase: 'reconnecting',
      lostAt: Date.now(),
      retryAt: Date.now() + 250,
    });
    vi.advanceTimersByTime(250);
    expect(FakeWebSocket.instances).toHaveLength(2);
    const server = FakeWebSocket.latest();
    server.deliver(hello(12));
    expect(server.sent).toEqual([{ type: 'subscribe', symbols: [], after: 9, figures: true }]);
    for (const id of [10, 11, 12, 13]) server.deliver(alert(id));
    expect(seen.slice(2)).toEqual([
      'reopened',
      'alert_raised 10',
      'alert_raised 11',
      'alert_raised 12',
      'alert_raised 13',
    ]);
  });

  it('reloads when too much was missed, and continues from there', () => {
    const { socket, seen } = makeSocket();
    socket.start();
    const server = FakeWebSocket.latest();
    server.deliver(hello(7));
    server.deliver({ type: 'reload', id: 500 });
    server.deliver(alert(499));
    server.deliver(alert(501));
    expect(seen).toEqual(['opened', 'reload', 'alert_raised 501']);
  });

  it('reloads when the server has another history', () => {
    const { socket, seen } = makeSocket();
    socket.start();
    FakeWebSocket.latest().deliver(hello(700));
    FakeWebSocket.latest().breakOff(1006);
    vi.advanceTimersByTime(250);
    FakeWebSocket.latest().deliver(hello(3));
    expect(FakeWebSocket.latest().sent).toEqual([
      { type: 'subscribe', symbols: [], after: 3, figures: true },
    ]);
    FakeWebSocket.latest().deliver(alert(4));
    expect(seen).toEqual(['opened', 'reopened', 'reload', 'alert_raised 4']);
  });

  it('waits longer after every failure until a hello arrives', () => {
    const { socket } = makeSocket(() => 1);
    socket.start();
    const waits = [0, 1, 2].map(() => {
      FakeWebSocket.latest().breakOff(1006);
      const wait = (socket.getState().retryAt ?? 0) - Date.now();
      vi.advanceTimersByTime(wait);
      return wait;
    });
    expect(waits).toEqual([500, 1000, 2000]);
    FakeWebSocket.latest().deliver(hello(1));
    FakeWebSocket.latest().breakOff(4409);
    expect((socket.getState().retryAt ?? 0) - Date.now()).toBe(500);
  });

  it('stops for good when nobody is logged in', () => {
    const { socket, seen } = makeSocket();
    socket.start();
    FakeWebSocket.latest().breakOff(4401);
    vi.advanceTimersByTime(120_000);
    expect(FakeWebSocket.instances).toHaveLength(1);
    expect(socket.getState().phase).toBe('closed');
    expect(seen).toEqual(['auth lost']);
  });

  it('gives up a silent connection, and a ping keeps a healthy one', () => {
    const { socket } = makeSocket();
    socket.start();
    const server = FakeWebSocket.latest();
    server.deliver(hello(1));
    vi.advanceTimersByTime(30_000);
    expect(server.sent.filter((each) => JSON.stringify(each) === '{"type":"ping"}')).toHaveLength(2);
    server.deliver({ type: 'pong' });
    vi.advanceTimersByTime(39_000);
    expect(socket.getState().phase).toBe('open');
    vi.advanceTimersByTime(1000);
    expect(socket.getState().phase).toBe('reconnecting');
    expect(server.closedByPage).toBe(true);
  });

  it('gives up a handshake that never ends', () => {
    const { socket } = makeSocket();
    socket.start();
    vi.advanceTimersByTime(10_000);
    expect(socket.getState().phase).toBe('reconnecting');
  });

  it('retries at once when asked to', () => {
    const { socket } = makeSocket();
    socket.start();
    FakeWebSocket.latest().breakOff(1006);
    socket.retryNow();
    expect(FakeWebSocket.instances).toHaveLength(2);
    vi.advanceTimersByTime(5000);
    expect(FakeWebSocket.instances).toHaveLength(2);
  });

  it('subscribes anew only when the symbols change', () => {
    const { socket } = makeSocket();
    socket.start();
    const server = FakeWebSocket.latest();
    server.deliver(hello(1));
    socket.setSymbols(['AAPL', 'MSFT']);
    socket.setSymbols(['MSFT', 'AAPL']);
    expect(server.sent.slice(1)).toEqual([
      { type: 'subscribe', symbols: ['AAPL', 'MSFT'], after: null, figures: true },
    ]);
  });

  it('ignores what it does not understand', () => {
    const { socket, seen } = makeSocket();
    socket.start();
    const server = FakeWebSocket.latest();
    server.deliver(hello(1));
    for (const frame of [
      'not json',
      { type: 'brand_new', id: 2, data: {} },
      { type: 'trade_executed', data: {} },
      [],
    ]) {
      server.deliver(frame);
    }
    server.deliver({ type: 'price_update', data: { AAPL: { price: '1', at: '2026-11-20T15:00:00Z' } } });
    expect(seen).toEqual(['opened', 'prices AAPL']);
  });
});
