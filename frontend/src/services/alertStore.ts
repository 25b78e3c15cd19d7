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

  readonly getSnapshot = (): AlertSnapshot => this.snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  push(alert: Alert): void {
    this.set({ entries: merged([alert], this.snapshot.entries), unread: this.snapshot.unread + 1 });
  }

  /** What was told before this page was opened, or while it was away. */
  read(alerts: readonly Alert[]): void {
    this.set({ ...this.snapshot, entries: merged(alerts, this.snapshot.entries) });
  }

  markRead(): void {
    if (this.snapshot.unread > 0) this.set({ ...this.snapshot, unread: 0 });
  }

  private set(snapshot: AlertSnapshot): void {
    this.snapshot = snapshot;
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
    .sort((one, other) => changedAt(other).localeCompare(changedAt(one)))
    .slice(0, KEPT);
}

/** When it was last told, real time. */
export function changedAt(alert: Alert): string {
  return alert.ended_at ?? alert.began_at;
}

/** It was trouble, and is no more; news is over at once. */
export function isOver(alert: Alert): boolean {
  return alert.ended_at !== null && alert.ended_at !== alert.began_at;
}
