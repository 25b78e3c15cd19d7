/** What an address carries after its question mark; what is empty is left out. */
type Query = Record<string, string | number | null | undefined>;

function withQuery(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

/** Every address of the app, in one place. */
export const paths = {
  dashboard: { path: '/', href: (query?: Query) => withQuery('/', query) },
  bots: { path: '/bots', href: (query?: Query) => withQuery('/bots', query) },
  newBot: { path: '/bots/new', href: (query?: Query) => withQuery('/bots/new', query) },
  bot: { path: '/bots/:id', href: (id: number) => `/bots/${id}` },
  botSettings: { path: '/bots/:id/settings', href: (id: number) => `/bots/${id}/settings` },
  trades: { path: '/trades', href: (query?: Query) => withQuery('/trades', query) },
  positions: { path: '/positions', href: (query?: Query) => withQuery('/positions', query) },
  decisions: { path: '/decisions', href: (query?: Query) => withQuery('/decisions', query) },
  backtests: { path: '/backtests', href: (query?: Query) => withQuery('/backtests', query) },
  backtest: { path: '/backtests/:id', href: (id: number) => `/backtests/${id}` },
  analytics: { path: '/analytics', href: (query?: Query) => withQuery('/analytics', query) },
  symbols: { path: '/symbols', href: (query?: Query) => withQuery('/symbols', query) },
  symbol: { path: '/symbols/:symbol', href: (symbol: string) => `/symbols/${encodeURIComponent(symbol)}` },
  account: { path: '/account', href: (query?: Query) => withQuery('/account', query) },
  alerts: { path: '/alerts', href: (query?: Query) => withQuery('/alerts', query) },
  login: {
    path: '/login',
    href: (next?: string) => (next && next !== '/' ? `/login?next=${encodeURIComponent(next)}` : '/login'),
  },
} as const;

/** Where to go after the login: only ever a path of this app. */
export function safeNext(next: string | null): string {
  const isLocal =
    next !== null && next.startsWith('/') && !/^\/[/\\]/.test(next) && !next.startsWith('/login');
  return isLocal ? next : paths.dashboard.href();
}
