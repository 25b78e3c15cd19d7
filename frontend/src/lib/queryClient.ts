import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { keys } from '@/hooks/queries/keys';
import { ApiError, isAuthError, isConflict, isUnknown } from './errors';

const RETRIES = 2;

function isWorthRetrying(failures: number, error: Error): boolean {
  const refused = error instanceof ApiError && error.status < 500 && error.status !== 429;
  return !refused && failures < RETRIES;
}

export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      // A session may end while a page is open: ask once more who we are, and the guard of the routes decides.
      onError: (error) => {
        if (isAuthError(error)) void client.invalidateQueries({ queryKey: keys.session });
      },
    }),
    mutationCache: new MutationCache({
      onError: (error) => {
        if (isAuthError(error)) void client.invalidateQueries({ queryKey: keys.session });
        // What is shown is older than what the server knows, or nobody knows what it has done.
        if (isConflict(error) || isUnknown(error)) void client.invalidateQueries({ queryKey: keys.live });
      },
    }),
    defaultOptions: {
      queries: {
        retry: isWorthRetrying,
        retryDelay: (attempt) => Math.min(8000, 500 * 2 ** attempt) * (0.5 + Math.random() / 2),
        refetchOnWindowFocus: false,
        // An installation may have no internet at all; the browser's opinion about being online is not ours.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
  return client;
}
