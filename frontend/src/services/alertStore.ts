import type { RaisedAlert } from '@/types/events';

export interface AlertEntry extends RaisedAlert {
  id: number;
  /** Real time at which it was raised. */
  at: string;
}

export interface AlertSnapshot {
  entries: readonly AlertEntry[];
  unread: number;
}

const KEPT = 200;

/** Alerts since this page was opened, newest first: toasts vanish, these stay. */
export class AlertStore {
  private snapshot: AlertSnapshot = { entries: [], unread: 0 };
  private readonly listeners = new Set<() => void>();

  readonly getSnapshot = (): AlertSnapshot => this.snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  push(entry: AlertEntry): void {
    const entries = [entry, ...this.snapshot.entries].slice(0, KEPT);
    this.set({ entries, unread: this.snapshot.unread + 1 });
  }

  markRead(): void {
    if (this.snapshot.unread > 0) this.set({ ...this.snapshot, unread: 0 });
  }

  private set(snapshot: AlertSnapshot): void {
    this.snapshot = snapshot;
    for (const listener of this.listeners) listener();
  }
}
