import type { PriceTick } from '@/types/events';

type Listener = () => void;

const HIDDEN_FLUSH_MS = 1000;

function onNextFrame(flush: Listener): void {
  // A hidden tab gets no animation frames.
  if (document.hidden) setTimeout(flush, HIDDEN_FLUSH_MS);
  else requestAnimationFrame(flush);
}

/**
 * The latest price of every symbol, outside the query cache: a tick wakes only the cells of its symbol, once a frame.
 */
export class PriceStore {
  private readonly latest = new Map<string, PriceTick>();
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly allListeners = new Set<Listener>();
  private readonly dirty = new Set<string>();
  private readonly schedule: (flush: Listener) => void;
  private scheduled = false;
  private newest: number | null = null;
  private revision = 0;

  constructor(schedule: (flush: Listener) => void = onNextFrame) {
    this.schedule = schedule;
  }

  apply(prices: Record<string, PriceTick>): void {
    for (const [symbol, tick] of Object.entries(prices)) {
      const at = Date.parse(tick.at);
      const known = this.latest.get(symbol);
      if (Number.isNaN(at) || (known && Date.parse(known.at) > at)) continue;
      this.latest.set(symbol, tick);
      this.dirty.add(symbol);
      if (this.newest === null || at > this.newest) this.newest = at;
    }
    this.flushSoon();
  }

  get(symbol: string): PriceTick | undefined {
    return this.latest.get(symbol);
  }

  /** Market time of the newest price of any symbol, epoch milliseconds. */
  newestAt(): number | null {
    return this.newest;
  }

  /** Rises with every flush: the snapshot for whoever reads all prices. */
  version(): number {
    return this.revision;
  }

  subscribe(symbol: string, listener: Listener): () => void {
    const listeners = this.listeners.get(symbol) ?? new Set();
    this.listeners.set(symbol, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.listeners.delete(symbol);
    };
  }

  subscribeAll(listener: Listener): () => void {
    this.allListeners.add(listener);
    return () => this.allListeners.delete(listener);
  }

  /** Forget everything: the market's clock may have been set back. */
  clear(): void {
    for (const symbol of this.latest.keys()) this.dirty.add(symbol);
    this.latest.clear();
    this.newest = null;
    this.flushSoon();
  }

  private flushSoon(): void {
    if (this.scheduled || this.dirty.size === 0) return;
    this.scheduled = true;
    this.schedule(() => {
      this.flush();
    });
  }

  private flush(): void {
    this.scheduled = false;
    this.revision += 1;
    const symbols = [...this.dirty];
    this.dirty.clear();
    for (const symbol of symbols) {
      for (const listener of [...(this.listeners.get(symbol) ?? [])]) listener();
    }
    for (const listener of [...this.allListeners]) listener();
  }
}
