import { describe, expect, it } from 'vitest';
import { makeMarketStatus } from '@/test/factories';
import { isStale, marketTimeAt, nextTick, ServerClock, sessionAt } from './marketClock';

const iso = (epoch: number) => new Date(epoch).toISOString();
const at = (time: string) => Date.parse(`2026-11-20T${time}Z`);

describe('marketTimeAt', () => {
  it('runs at its speed from the anchor', () => {
    expect(iso(marketTimeAt(makeMarketStatus(), 1006))).toBe('2026-11-20T15:01:00.000Z');
    expect(iso(marketTimeAt(makeMarketStatus({ speed: 1 }), 1006))).toBe('2026-11-20T15:00:06.000Z');
  });

  it('stands still when frozen, and never runs backwards', () => {
    expect(iso(marketTimeAt(makeMarketStatus({ frozen: true }), 5000))).toBe('2026-11-20T15:00:00.000Z');
    expect(iso(marketTimeAt(makeMarketStatus(), 990))).toBe('2026-11-20T15:00:00.000Z');
  });

  it('leaps over the closed hours and keeps its speed behind them', () => {
    const status = makeMarketStatus({
      now: '2026-11-20T20:59:50Z',
      jump_at: '2026-11-20T21:00:00Z',
      jump_to: '2026-11-23T14:30:00Z',
    });
    expect(iso(marketTimeAt(status, 1000.5))).toBe('2026-11-20T20:59:55.000Z');
    expect(iso(marketTimeAt(status, 1001))).toBe('2026-11-23T14:30:00.000Z');
    expect(iso(marketTimeAt(status, 1002))).toBe('2026-11-23T14:30:10.000Z');
  });

  it('does not leap twice when the anchor is already behind the leap', () => {
    const status = makeMarketStatus({
      now: '2026-11-23T14:30:05Z',
      jump_at: '2026-11-20T21:00:00Z',
      jump_to: '2026-11-23T14:30:00Z',
    });
    expect(iso(marketTimeAt(status, 1000))).toBe('2026-11-23T14:30:05.000Z');
  });
});

describe('sessionAt', () => {
  it('hears the bells without the server', () => {
    const status = makeMarketStatus();
    expect(sessionAt(status, at('14:29:59'))).toEqual({
      isOpen: false,
      nextBell: at('14:30:00'),
      openedAt: null,
    });
    expect(sessionAt(status, at('14:30:00'))).toEqual({
      isOpen: true,
      nextBell: at('21:00:00'),
      openedAt: at('14:30:00'),
    });
    expect(sessionAt(status, at('21:00:00'))).toEqual({
      isOpen: false,
      nextBell: Date.parse('2026-11-23T14:30:00Z'),
      openedAt: null,
    });
  });

  it('knows a day without a session', () => {
    const status = makeMarketStatus({
      is_open: false,
      session_date: null,
      session_open: null,
      session_close: null,
    });
    expect(sessionAt(status, Date.parse('2026-11-21T15:00:00Z'))).toEqual({
      isOpen: false,
      nextBell: Date.parse('2026-11-23T14:30:00Z'),
      openedAt: null,
    });
  });
});

describe('isStale', () => {
  const minute = 60_000;

  const bars = (bar: number) => ({ tick: null, bar });
  const stream = (tick: number) => ({ tick, bar: tick - minute });

  it('allows bars three minutes and the time of delivery, which the speed stretches', () => {
    const now = at('16:00:00');
    const fast = makeMarketStatus({ speed: 10 });
    expect(isStale(fast, bars(now - 3 * minute - 50_000), now)).toBe(false);
    expect(isStale(fast, bars(now - 3 * minute - 50_001), now)).toBe(true);
    expect(isStale(makeMarketStatus({ speed: 1 }), bars(now - 3 * minute - 5001), now)).toBe(true);
  });

  it('allows a stream one silent minute, or five real seconds where those are longer', () => {
    const now = at('16:00:00');
    expect(isStale(makeMarketStatus({ speed: 10 }), stream(now - minute), now)).toBe(false);
    expect(isStale(makeMarketStatus({ speed: 10 }), stream(now - minute - 1), now)).toBe(true);
    expect(isStale(makeMarketStatus({ speed: 60 }), stream(now - 5 * minute), now)).toBe(false);
    expect(isStale(makeMarketStatus({ speed: 60 }), stream(now - 5 * minute - 1), now)).toBe(true);
  });

  it('counts from the open, not from yesterday', () => {
    const yesterday = { tick: Date.parse('2026-11-19T21:00:00Z'), bar: null };
    expect(isStale(makeMarketStatus(), yesterday, at('14:31:00'))).toBe(false);
    expect(isStale(makeMarketStatus(), yesterday, at('14:35:00'))).toBe(true);
  });

  it('counts from the next open when the clock has leapt there ahead of the server’s word', () => {
    const status = makeMarketStatus({ speed: 60 });
    expect(isStale(status, stream(at('21:00:00')), Date.parse('2026-11-23T14:31:00Z'))).toBe(false);
    expect(isStale(status, stream(at('21:00:00')), Date.parse('2026-11-23T14:39:00Z'))).toBe(true);
  });

  it('never applies to a closed or frozen market', () => {
    expect(isStale(makeMarketStatus(), bars(0), at('22:00:00'))).toBe(false);
    expect(isStale(makeMarketStatus({ frozen: true }), bars(0), at('16:00:00'))).toBe(false);
  });
});

describe('nextTick', () => {
  const close = at('21:00:00');

  it('is the one the server named while that is to come', () => {
    expect(nextTick(at('15:01:00'), 60, at('15:00:20'), close)).toBe(at('15:01:00'));
    expect(nextTick(at('15:01:00'), 60, at('10:00:00'), null)).toBe(at('15:01:00'));
  });

  it('goes on by the bot’s frequency', () => {
    expect(nextTick(at('15:01:00'), 60, at('15:01:00'), close)).toBe(at('15:02:00'));
    expect(nextTick(at('15:01:00'), 30, at('15:03:45'), close)).toBe(at('15:04:00'));
  });

  it('ends with the session', () => {
    expect(nextTick(at('15:01:00'), 60, at('20:59:10'), close)).toBe(close);
    expect(nextTick(at('15:01:00'), 60, at('21:00:00'), null)).toBeNull();
    expect(nextTick(at('15:01:00'), 86_400, at('15:02:00'), close)).toBeNull();
  });
});

describe('ServerClock', () => {
  it('takes the smallest lag, and a small one as latency', () => {
    const clock = new ServerClock();
    clock.note(1000, 1002);
    expect(clock.skew()).toBe(0);
    const wrong = new ServerClock();
    wrong.note(1000, 1095);
    wrong.note(1010, 1100);
    wrong.note(1020, 1190);
    expect(wrong.skew()).toBe(90);
  });
});
