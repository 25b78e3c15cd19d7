import type { Alert } from '@/types/domain';

export interface AlertSnapshot {
  entries: readonly Alert[];
  unread: number;
}

const KEPT = 200;

/** What people were told, newest first: toasts vanish, these stay. One entry an alert, as it was last told. */
export class AlertStore {
  private snapshot: AlertSnapshot = { entries: [], unread: 0 };
  private readonly listeners = new Set<() => void>();
  private readUpto: string | null = null;
  /** Unread ones that the server knows and this list does not. */
  private beyond = 0;

  readonly getSnapshot = (): AlertSnapshot => this.snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  push(alert: Alert): void {
    this.set(merged([alert], this.snapshot.entries));
  }

  /** What was told before this page was opened, or while it was away, and how far this person has read. */
  read(alerts: readonly Alert[], readUpto: string | null, unread: number): void {
    if (this.readUpto === null || (readUpto !== null && readUpto > this.readUpto)) this.readUpto = readUpto;
    const entries = merged(alerts, this.snapshot.entries);
    const listed = entries.filter((alert) => isUnread(alert, this.readUpto)).length;
    // An answer that is older than what was read since counts what is read by now.
    this.beyond = readUpto === this.readUpto ? Math.max(0, unread - listed) : 0;
    this.set(entries);
  }

  /** Everything known here is read; up to when that is, or null where nothing was unread. */
  markRead(): string | null {
    if (this.snapshot.unread === 0) return null;
    const newest = this.snapshot.entries.reduce<string | null>(
      (upto, { changed_at: at }) => (upto === null || at > upto ? at : upto),
      this.readUpto,
    );
    this.readUpto = newest;
    this.beyond = 0;
    this.set(this.snapshot.entries);
    return newest;
  }

  private set(entries: readonly Alert[]): void {
    const unread = entries.filter((alert) => isUnread(alert, this.readUpto)).length + this.beyond;
    this.snapshot = { entries, unread };
    for (const listener of this.listeners) listener();
  }
}

/** Of two tellings of an alert the one that knows its end is the later one. */
function merged(told: readonly Alert[], known: readonly Alert[]): Alert[] {
  const byId = new Map(known.map((entry) => [entry.alert, entry]));
  for (const entry of told) {
    if (byId.get(entry.alert)?.ended_at == null) byId.set(entry.alert, entry);
  }
  return [...byId.values()]
    .sort((one, other) => other.changed_at.localeCompare(one.changed_at))
    .slice(0, KEPT);
}

export function isUnread(alert: Alert, readUpto: string | null): boolean {
  return readUpto === null || alert.changed_at > readUpto;
}

/** It was trouble, and is no more; news is over at once. */
export function isOver(alert: Alert): boolean {
  return alert.ended_at !== null && alert.ended_at !== alert.began_at;
}
