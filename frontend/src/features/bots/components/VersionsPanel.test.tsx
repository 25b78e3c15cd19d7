import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { expect, it } from 'vitest';
import { EditBotPage } from '@/features/bots/pages/EditBotPage';
import { makeBot } from '@/test/factories';
import { renderLive } from '@/test/render';
import { server, serveTests } from '@/test/server';

serveTests();

function serve(answer: () => Response) {
  const bodies: unknown[] = [];
  const bot = makeBot({ version: 2 });
  const version = (number: number, changes: object[]) => ({
    ...{ number, changed_by: 'ada', created_at: '2026-06-02T14:00:00Z', config: {}, changes },
  });
  const changed = [
    { field: 'risk_management.stop_loss', before: 0.02, after: 0.05 },
    { field: 'indicators.SMA.slow', before: null, after: 50 },
  ];
  server.use(
    http.get('*/api/bots/1', () => HttpResponse.json(bot)),
    http.get('*/api/bots', () => HttpResponse.json({ count: 1, results: [bot] })),
    http.get('*/api/bots/1/versions', () =>
      HttpResponse.json({ results: [version(2, changed), version(1, [])] }),
    ),
    http.post('*/api/bots/1/rollback', async ({ request }) => {
      bodies.push(await request.json());
      return answer();
    }),
  );
  // The page draws a form and a chart first: that takes its time on a busy machine.
  const patience = { timeout: 15_000 };
  renderLive(<EditBotPage />, { role: 'admin', ready: true, at: '/bots/1', path: '/bots/:id' });
  return { bodies, patience, user: userEvent.setup() };
}

it('shows what each version changed, and rolls back when that is confirmed', async () => {
  const { bodies, patience, user } = serve(() => HttpResponse.json(makeBot({ version: 3 })));
  expect(await screen.findByText('risk_management.stop_loss: 0.02 → 0.05', {}, patience)).toBeVisible();
  expect(screen.getByText('indicators.SMA.slow: none → 50')).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Roll back to version 1' }));
  const dialog = within(screen.getByRole('dialog', { name: 'Roll Momentum back?' }));
  expect(bodies).toEqual([]);
  await user.click(dialog.getByRole('button', { name: 'Roll back to 1' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  expect(bodies).toEqual([{ to: 1, version: 2 }]);
});

it('says when somebody was faster', async () => {
  const { patience, user } = serve(() =>
    HttpResponse.json({ title: 'No', status: 409, detail: 'it is at version 3 now' }, { status: 409 }),
  );
  await user.click(await screen.findByRole('button', { name: 'Roll back to version 1' }, patience));
  await user.click(screen.getByRole('button', { name: 'Roll back to 1' }));
  expect(await screen.findByText(/^it is at version 3 now\. Nothing was done\./)).toBeVisible();
});
