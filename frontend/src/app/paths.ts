/** Every address of the app, in one place. */
export const paths = {
  dashboard: { path: '/', href: () => '/' },
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
