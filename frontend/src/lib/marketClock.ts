import type { MarketStatus } from '@/types/domain';

type Anchor = Pick<MarketStatus, 'now' | 'real' | 'speed' | 'frozen' | 'jump_at' | 'jump_to'>;

/** A browser clock within this of the server's is taken as right: latency alone explains the difference. */
const TOLERATED_SKEW = 3;

/**
 * Seconds by which this browser's clock is ahead of the server's. Latency only ever adds to what one status shows,
 * so the smallest value seen is the best estimate.
 */
export class ServerClock {
  private smallest: number | null = null;

  note(real: number, clientSeconds: number): void {
    const lag = clientSeconds - real;
    if (this.smallest === null || lag < this.smallest) this.smallest = lag;
  }

  skew(): number {
    if (this.smallest === null || Math.abs(this.smallest) <= TOLERATED_SKEW) return 0;
    return this.smallest;
  }
}

/** Market time, in epoch milliseconds, at a real time in epoch seconds by the server's clock. */
export function marketTimeAt(anchor: Anchor, realSeconds: number): number {
  const start = Date.parse(anchor.now);
  if (anchor.frozen) return start;
  const reached = start + Math.max(0, realSeconds - anchor.real) * anchor.speed * 1000;
  if (anchor.jump_at === null || anchor.jump_to === null) return reached;
  const leap = Date.parse(anchor.jump_at);
  return start < leap && reached >= leap ? Date.parse(anchor.jump_to) + (reached - leap) : reached;
}

export interface SessionState {
  isOpen: boolean;
  /** Epoch milliseconds of the next bell, null when unknown. */
  nextBell: number | null;
}

function epoch(value: string | null): number | null {
  return value === null ? null : Date.parse(value);
}

/** Whether the market is open at `now`: between two statuses the bells ring without the server's help. */
export function sessionAt(status: MarketStatus, now: number): SessionState {
  const open = epoch(status.session_open);
  const close = epoch(status.session_close);
  if (open !== null && close !== null) {
    if (now < open) return { isOpen: false, nextBell: open };
    if (now < close) return { isOpen: true, nextBell: close };
  }
  const nextOpen = epoch(status.next_open);
  const nextClose = epoch(status.next_close);
  if (status.is_open && nextClose !== null && now < nextClose) return { isOpen: true, nextBell: nextClose };
  if (nextOpen !== null && now >= nextOpen) {
    const stillOpen = nextClose === null || nextClose < nextOpen || now < nextClose;
    return { isOpen: stillOpen, nextBell: nextClose !== null && nextClose > now ? nextClose : null };
  }
  return { isOpen: false, nextBell: nextOpen };
}

const BAR_MS = 60_000;
const STALE_BARS = 3;
/** Real seconds a bar may take from the exchange to this page. */
const DELIVERY_SECONDS = 4;

/** Whether the newest data is too old while the market is open. The clock of a session starts at its open. */
export function isStale(status: MarketStatus, newestData: number | null, now: number): boolean {
  if (!sessionAt(status, now).isOpen || status.frozen) return false;
  const open = epoch(status.session_open) ?? 0;
  const newest = Math.max(newestData ?? 0, open);
  return now - newest > STALE_BARS * BAR_MS + DELIVERY_SECONDS * 1000 * status.speed;
}
