import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { closeSnackbar } from 'notistack';
import { isAuthError } from '@/lib/errors';
import { api, csrfToken, forgetCsrfToken } from '@/services/api';
import type { Session } from '@/types/domain';
import { keys } from './keys';

/** Null means: not logged in. An error means: the server could not be asked. */
export function sessionOptions() {
  return queryOptions({
    queryKey: keys.session,
    queryFn: async ({ signal }): Promise<Session | null> => {
      // Whoever has logged in has this cookie; without it there is no need to be told "no".
      if (csrfToken() === null) return null;
      try {
        return await api.get<Session>('/api/auth/me', { signal });
      } catch (error) {
        if (isAuthError(error)) return null;
        throw error;
      }
    },
    staleTime: Infinity,
  });
}

export function useLogin() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (credentials: { username: string; password: string }) => {
      await api.get('/api/auth/csrf');
      return api.post<Session>('/api/auth/login', { body: credentials });
    },
    onSuccess: (session) => {
      client.setQueryData(keys.session, session);
    },
  });
}

export function useLogout() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<undefined>('/api/auth/logout'),
    onSuccess: () => {
      closeSnackbar();
      forgetCsrfToken();
      client.setQueryData(keys.session, null);
      client.removeQueries({ queryKey: keys.live });
    },
  });
}
