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
  /** Epoch milliseconds at which the open session began, null while closed or unknown. */
  openedAt: number | null;
}

function epoch(value: string | null): number | null {
  return value === null ? null : Date.parse(value);
}

/** Whether the market is open at `now`: between two statuses the bells ring without the server's help. */
export function sessionAt(status: MarketStatus, now: number): SessionState {
  const open = epoch(status.session_open);
  const close = epoch(status.session_close);
  if (open !== null && close !== null) {
    if (now < open) return { isOpen: false, nextBell: open, openedAt: null };
    if (now < close) return { isOpen: true, nextBell: close, openedAt: open };
  }
  const nextOpen = epoch(status.next_open);
  const nextClose = epoch(status.next_close);
  if (status.is_open && nextClose !== null && now < nextClose) {
    return { isOpen: true, nextBell: nextClose, openedAt: null };
  }
  if (nextOpen !== null && now >= nextOpen) {
    const stillOpen = nextClose === null || nextClose < nextOpen || now < nextClose;
    const nextBell = nextClose !== null && nextClose > now ? nextClose : null;
    return { isOpen: stillOpen, nextBell, openedAt: stillOpen ? nextOpen : null };
  }
  return { isOpen: false, nextBell: nextOpen, openedAt: null };
}

const BAR_MS = 60_000;
const STALE_BARS = 3;
/** Where prices stream, a minute without any of any symbol is a stream that has stopped. */
const STALE_STREAM_MS = BAR_MS;
/** Real seconds that data may take from the exchange to this page. */
const DELIVERY_SECONDS = 5;

export interface NewestData {
  /** Market time of the newest streamed price, epoch milliseconds. */
  tick: number | null;
  /** End of the newest bar, epoch milliseconds. */
  bar: number | null;
}

/** Whether the newest data is too old while the market is open. The clock of a session starts at its open. */
export function isStale(status: MarketStatus, { tick, bar }: NewestData, now: number): boolean {
  const { isOpen, openedAt } = sessionAt(status, now);
  if (!isOpen || status.frozen) return false;
  const opened = openedAt ?? 0;
  const newest = Math.max(tick ?? 0, bar ?? 0, opened);
  const delivery = DELIVERY_SECONDS * 1000 * status.speed;
  const streams = tick !== null && tick >= Math.max(bar ?? 0, opened);
  return now - newest > (streams ? Math.max(STALE_STREAM_MS, delivery) : STALE_BARS * BAR_MS + delivery);
}

/**
 * A bot's next tick. The server named one when it was last asked; from there the grid goes on, until the session
 * closes: then null.
 */
export function nextTick(
  named: number,
  everySeconds: number,
  now: number,
  close: number | null,
): number | null {
  if (named > now) return named;
  const step = everySeconds * 1000;
  const next = named + (Math.floor((now - named) / step) + 1) * step;
  return close !== null && next <= close ? next : null;
}
