import { describe, expect, it, vi } from 'vitest';
import { PriceStore } from './priceStore';

function makeStore() {
  const flushes: (() => void)[] = [];
  const store = new PriceStore((flush) => flushes.push(flush));
  const flush = () => flushes.splice(0).forEach((each) => each());
  return { store, flush, flushes };
}

const tick = (price: string, second: number) => ({ price, at: new Date(second * 1000).toISOString() });

describe('PriceStore', () => {
  it('wakes only the listeners of the symbols that changed, once a flush', () => {
    const { store, flush, flushes } = makeStore();
    const apple = vi.fn();
    const microsoft = vi.fn();
    const all = vi.fn();
    store.subscribe('AAPL', apple);
    store.subscribe('MSFT', microsoft);
    store.subscribeAll(all);
    store.apply({ AAPL: tick('189.10', 1) });
    store.apply({ AAPL: tick('189.20', 2) });
    expect(flushes).toHaveLength(1);
    flush();
    expect(apple).toHaveBeenCalledTimes(1);
    expect(microsoft).not.toHaveBeenCalled();
    expect(all).toHaveBeenCalledTimes(1);
    expect(store.get('AAPL')).toEqual(tick('189.20', 2));
    expect(store.version()).toBe(1);
  });

  it('keeps the newer price when an older one arrives late', () => {
    const { store } = makeStore();
    store.apply({ AAPL: tick('189.20', 20) });
    store.apply({ AAPL: tick('189.10', 10) });
    expect(store.get('AAPL')?.price).toBe('189.20');
    expect(store.newestAt()).toBe(20_000);
  });

  it('does not wake who has left', () => {
    const { store, flush } = makeStore();
    const listener = vi.fn();
    store.subscribe('AAPL', listener)();
    store.apply({ AAPL: tick('1', 1) });
    flush();
    expect(listener).not.toHaveBeenCalled();
  });

  it('forgets everything, and then takes earlier prices again', () => {
    const { store, flush } = makeStore();
    store.apply({ AAPL: tick('189.20', 20) });
    store.clear();
    expect(store.get('AAPL')).toBeUndefined();
    expect(store.newestAt()).toBeNull();
    store.apply({ AAPL: tick('100.00', 5) });
    flush();
    expect(store.get('AAPL')?.price).toBe('100.00');
  });

  it('uses a timer while the tab is hidden', () => {
    vi.useFakeTimers();
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    const store = new PriceStore();
    const listener = vi.fn();
    store.subscribe('AAPL', listener);
    store.apply({ AAPL: tick('1', 1) });
    vi.advanceTimersByTime(1000);
    expect(listener).toHaveBeenCalledTimes(1);
    vi.restoreAllMocks();
  });
});
