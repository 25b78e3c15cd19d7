import { paths } from '@/app/paths';

export interface Shortcut {
  /** Keys pressed one after the other; "mod" is Ctrl, or Cmd on a Mac. */
  keys: readonly string[];
  does: string;
}

/** `g`, then the letter of a page. */
export const PAGES: readonly (Shortcut & { href: string })[] = [
  { keys: ['g', 'd'], does: 'Dashboard', href: paths.dashboard.href() },
  { keys: ['g', 'b'], does: 'Bots', href: paths.bots.href() },
  { keys: ['g', 't'], does: 'Trades', href: paths.trades.href() },
  { keys: ['g', 'p'], does: 'Positions', href: paths.positions.href() },
  { keys: ['g', 'w'], does: 'Decisions (why)', href: paths.decisions.href() },
  { keys: ['g', 'h'], does: 'Backtests (history)', href: paths.backtests.href() },
  { keys: ['g', 'a'], does: 'Analytics', href: paths.analytics.href() },
  { keys: ['g', 's'], does: 'Symbols and watchlist', href: paths.symbols.href() },
  { keys: ['g', 'l'], does: 'Alerts', href: paths.alerts.href() },
  { keys: ['g', 'm'], does: 'Account (money) and calendar', href: paths.account.href() },
];

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: ['mod', 'k'], does: 'Find a page, a bot or a symbol' },
  { keys: ['/'], does: 'The same' },
  { keys: ['?'], does: 'Help, glossary and these keys' },
  ...PAGES,
];

const IN_A_ROW_MS = 1500;

export interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

export type Meant = { kind: 'find' } | { kind: 'help' } | { kind: 'go'; href: string } | null;

/** Understands keys one after the other; `at` is in milliseconds. */
export class KeyReader {
  private first: { key: string; at: number } | null = null;

  read({ key, ctrlKey, metaKey, altKey }: Pressed, at: number, isTyping: boolean): Meant {
    const before = this.first !== null && at - this.first.at <= IN_A_ROW_MS ? this.first.key : null;
    this.first = null;
    if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'k') return { kind: 'find' };
    // What is typed is text, and what the browser or the system means by a combination is theirs.
    if (isTyping || ctrlKey || metaKey || altKey) return null;
    if (before === 'g') {
      const page = PAGES.find(({ keys }) => keys[1] === key);
      if (page) return { kind: 'go', href: page.href };
    }
    if (key === 'g') this.first = { key, at };
    if (key === '/') return { kind: 'find' };
    if (key === '?') return { kind: 'help' };
    return null;
  }
}

/** Whether the keys pressed now are text, or belong to a list that is open. */
export function isTypingIn(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest('input, textarea, select, [role="listbox"], [role="menu"]') !== null
  );
}
