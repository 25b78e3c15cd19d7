import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LiveBridge } from '@/services/liveBridge';
import { AlertStore } from '@/services/alertStore';
import { PriceStore } from '@/services/priceStore';
import { makeMarketStatus, makeSummary } from '@/test/factories';
import { unlessFed } from './fed';
import { keys } from './keys';

afterEach(() => {
  vi.useRealTimers();
});

describe('what the socket tells as well', () => {
  it('is asked for seldom while it does, and as often as before once it has stopped', async () => {
    vi.useFakeTimers({ now: Date.UTC(2027, 0, 1) });
    const client = new QueryClient();
    let asked = 0;
    const end = new QueryObserver(client, {
      queryKey: keys.summary,
      queryFn: () => Promise.resolve({ ...makeSummary(), asked: (asked += 1) }),
      staleTime: Infinity,
      refetchInterval: unlessFed(10_000),
    }).subscribe(() => undefined);
    const bridge = new LiveBridge({
      client,
      prices: new PriceStore(),
      alerts: new AlertStore(),
      onAlert: () => undefined,
      onFill: () => undefined,
    });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toBe(2);

    for (let told = 0; told < 24; told += 1) {
      bridge.applyFigures({ summary: makeSummary(), market_status: makeMarketStatus(), bots: [] });
      await vi.advanceTimersByTimeAsync(5_000);
    }
    expect(asked).toBe(2);

    // The last figures came five seconds ago.
    await vi.advanceTimersByTimeAsync(15_000);
    expect(asked).toBe(3);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(asked).toBe(6);
    bridge.dispose();
    end();
  });
});
