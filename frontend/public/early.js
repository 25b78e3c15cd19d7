/*
 * Asks for what the page needs first while its code is still on its way: a slow line waits for both at once.
 * Who is logged in comes first, with the newest event of that moment; what is asked afterwards is at least as new.
 */
(() => {
  const SESSION = '/api/auth/me';
  const DASHBOARD = [
    '/api/summary',
    '/api/market-status',
    '/api/bots?page_size=500',
    '/api/positions?is_open=true&page_size=200',
  ];
  // Whoever has logged in has this cookie.
  if (!/(?:^|;\s*)csrftoken=/.test(document.cookie)) return;
  const ask = (url) =>
    fetch(url, {
      headers: { Accept: 'application/json' },
      credentials: 'same-origin',
      signal: AbortSignal.timeout(15_000),
    });
  const session = ask(SESSION);
  const answers = { [SESSION]: session };
  if (location.pathname === '/') {
    for (const url of DASHBOARD) {
      answers[url] = session.then((answer) => {
        if (!answer.ok) throw new Error('not logged in');
        return ask(url);
      });
    }
  }
  for (const answer of Object.values(answers)) answer.catch(() => undefined);
  window.early = { at: Date.now(), answers };
})();
