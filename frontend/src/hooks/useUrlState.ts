import { useCallback, useEffect, useRef } from 'react';
import { useSearchParams } from 'react-router';

/** Names and their new values; what is empty leaves the address. */
export type UrlChange = Readonly<Record<string, string | null>>;

export function changeSearch(search: URLSearchParams, change: UrlChange): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const [name, value] of Object.entries(change)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  return next;
}

/** What the page shows is in its address, so that it can be shared, and survives a reload. */
export function useUrlState(): [URLSearchParams, (change: UrlChange) => void] {
  const [search, setSearch] = useSearchParams();
  // The router hands out the address as it was last drawn: a second change before that would undo the first.
  const latest = useRef(search);
  useEffect(() => {
    latest.current = search;
  }, [search]);
  const patch = useCallback(
    (change: UrlChange) => {
      latest.current = changeSearch(latest.current, change);
      setSearch(latest.current, { replace: true, preventScrollReset: true });
    },
    [setSearch],
  );
  return [search, patch];
}
