import { screen, waitFor } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { expect, it } from 'vitest';
import { server } from './server';

interface Form {
  method?: 'post' | 'put' | 'delete';
  /** What is asked for, as msw writes it. */
  path: string;
  /** How it is said that nobody knows whether it was done. */
  unknown: string;
  /** A field the server complains about, and what the page calls it; null where the form has none. */
  field: { name: string; said: string } | null;
  /** What a conflict is shown as, where the form has more to say than that the page is read again. */
  conflict?: string;
  /** Opens the form, types what there is to type, and returns how it is sent, and what must still be there. */
  open: () => Promise<{ send: () => Promise<void>; kept?: () => void }>;
}

const TYPE = { 'content-type': 'application/problem+json' };

function problem(status: number, detail: string, more: object = {}, headers: Record<string, string> = {}) {
  const body = { type: 'about:blank', title: 'Refused', status, detail, errors: [], ...more };
  return () => HttpResponse.json(body, { status, headers: { ...TYPE, ...headers } });
}

/** Every way in which the server does not do what was asked, and what is said of it. */
function answersOf({ unknown, field, conflict }: Form): [string, () => Response, string][] {
  const over = 'Your session is over, and nothing was done. Log in again: what you typed stays here.';
  const errors = field ? [{ field: field.name, message: 'is wrong', nearest: null }] : [];
  const changed =
    conflict ??
    'it is not possible. Nothing was done. The page is read again: look at what has changed before you try it again.';
  return [
    ['401', problem(401, 'the token is not valid'), over],
    ['403 without a login', problem(403, 'Authentication credentials were not provided.'), over],
    ['403 of a role', problem(403, 'your role does not allow this'), 'your role does not allow this'],
    ['409', problem(409, 'it is not possible'), changed],
    ['422', problem(422, 'it is wrong', { errors }), field?.said ?? 'it is wrong'],
    [
      '429',
      problem(429, 'Too many requests. Expected available in 20 seconds.', {}, { 'retry-after': '20' }),
      'Too many requests. Nothing was done: try it again in 20 s.',
    ],
    ['500', problem(500, 'this is a fault of ours'), `The server failed: ${unknown}`],
    [
      '503 of the database',
      problem(503, 'the database: it is locked; nothing was changed, try it again in a moment'),
      'the database: it is locked; nothing was changed, try it again in a moment',
    ],
    ['no network', () => HttpResponse.error(), `The server cannot be reached: ${unknown}`],
  ];
}

/** Whatever the server answers: it is said, what was typed stays, and it can be sent again. */
export function itSaysWhatHappened(form: Form): void {
  it.each(answersOf(form))(
    'says what happened after %s, keeps what was typed and can be sent again',
    async (_, answer, said) => {
      let asked = 0;
      server.use(
        http[form.method ?? 'post'](form.path, () => {
          asked += 1;
          return answer();
        }),
      );
      const { send, kept } = await form.open();
      await send();
      expect((await screen.findAllByText(said, { exact: false }))[0]).toBeVisible();
      expect(asked).toBe(1);
      kept?.();
      await send();
      await waitFor(() => expect(asked).toBe(2));
      expect((await screen.findAllByText(said, { exact: false }))[0]).toBeVisible();
      kept?.();
    },
  );
}
