import { useQuery } from '@tanstack/react-query';
import { useConnection } from './useConnection';
import { sessionOptions } from './queries/session';

/** Why this person cannot act now; null when they can. */
export function useActionBlock(): string | null {
  const { data: session } = useQuery(sessionOptions());
  const { phase } = useConnection();
  if (session?.role === 'viewer') return 'Your role is viewer: it can look, not act';
  if (phase !== 'open') return 'Live updates are lost: what you see may be old';
  return null;
}

/** Why this person cannot make, change or archive bots; null when they can. */
export function useConfigureBlock(): string | null {
  const { data: session } = useQuery(sessionOptions());
  if (session?.role === 'admin') return null;
  return `Your role is ${session?.role ?? 'unknown'}: only an admin configures bots`;
}
