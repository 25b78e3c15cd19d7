import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { makeBot, makeDecision } from '@/test/factories';
import { renderLive } from '@/test/render';
import { serveTests, server } from '@/test/server';
import type { Decision } from '@/types/domain';
import { DecisionsPage } from './DecisionsPage';

serveTests();

function open(rows: Decision[], at = '/decisions', next: string | null = null) {
  const asked: string[] = [];
  server.use(
    http.get('*/api/bots', () => HttpResponse.json({ count: 1, results: [makeBot()] })),
    http.get('*/api/decisions', ({ request }) => {
      asked.push(decodeURIComponent(new URL(request.url).search));
      return HttpResponse.json({ next, previous: null, results: rows });
    }),
  );
  return { ...renderLive(<DecisionsPage />, { ready: true, at }), asked, user: userEvent.setup() };
}

describe('the decisions page', () => {
  it('shows what was decided, how often, and opened: from what', async () => {
    const { user } = open([makeDecision({ count: 3, last_at: '2026-06-02T14:02:00Z' })]);
    const row = await screen.findByTestId('decision');
    expect(row).toHaveTextContent('HoldAAPLMomentumno signal · version 2');
    expect(row).toHaveTextContent('Jun 2 10:00:00 – Jun 2 10:02:00, 3 times');
    expect(within(row).queryByRole('region', { name: 'Decision' })).not.toBeInTheDocument();
    const sentence = within(row).getByRole('button', {
      name: 'No entry: RSI 43.1 is above 30; window open.',
    });
    await user.click(sentence);
    expect(sentence).toHaveAttribute('aria-expanded', 'true');
    expect(await within(row).findByRole('region', { name: 'Decision' })).toHaveTextContent('43.1');
  });

  it('asks for what its address says, and goes on where the server says', async () => {
    const next = 'http://host/api/decisions?cursor=abc&bot=1';
    const { asked, user, router } = open([makeDecision()], '/decisions?bot=1&action=hold', next);
    await screen.findByTestId('decision');
    expect(asked).toEqual(['?bot=1&action=hold']);
    await user.click(screen.getByRole('button', { name: 'Next' }));
    await waitFor(() => expect(asked.at(-1)).toBe('?bot=1&action=hold&cursor=abc'));
    expect(router.state.location.search).toBe('?bot=1&action=hold&cursor=abc');
  });

  it('says where there are none', async () => {
    open([]);
    expect(await screen.findByText('No decisions here')).toBeVisible();
  });
});
