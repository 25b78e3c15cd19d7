import { afterEach, describe, expect, it, vi } from 'vitest';
import { DESTINATIONS } from '@/components/layout/navigation';
import { fetchPage, fetchPagesAhead, PAGES } from './pages';

vi.mock('@/components/common/lazily', () => ({ lazyParts: () => [], lazily: () => () => null }));

const page = () => Promise.resolve(() => null);

/** Every page's loader counted, none really loaded. */
function counted(): string[] {
  const loaded: string[] = [];
  for (const path of Object.keys(PAGES)) {
    vi.spyOn(PAGES as Record<string, typeof page>, path).mockImplementation(() => {
      loaded.push(path);
      return page();
    });
  }
  return loaded;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('pages loaded ahead', () => {
  it('are the one somebody points at', () => {
    const loaded = counted();
    for (const { href } of DESTINATIONS) fetchPage(href);
    fetchPage('/bots/7/settings?tab=json');
    expect(loaded).toEqual(
      ['bots', 'trades', 'positions', 'decisions', 'backtests', 'analytics', 'bots/:id/settings'].map(
        (path) => `/${path}`,
      ),
    );
  });

  it('are all, ten seconds after the first has opened', async () => {
    vi.useFakeTimers();
    const loaded = counted();
    const end = fetchPagesAhead();
    await vi.advanceTimersByTimeAsync(9_999);
    expect(loaded).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(loaded).toEqual(Object.keys(PAGES));
    end();
  });

  it('are none on a slow line, nor after leaving', async () => {
    vi.useFakeTimers();
    const loaded = counted();
    fetchPagesAhead()();
    vi.stubGlobal('navigator', { connection: { saveData: true } });
    const end = fetchPagesAhead();
    await vi.advanceTimersByTimeAsync(60_000);
    end();
    expect(loaded).toEqual([]);
  });
});
