import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { makeBot, makeMarketStatus } from '@/test/factories';
import { renderLive } from '@/test/render';
import { serveTests, server } from '@/test/server';
import { Keys } from './Keys';

serveTests();

function open() {
  server.use(
    http.get('*/api/bots', () => HttpResponse.json({ count: 1, results: [makeBot()] })),
    http.get('*/api/market-status', () => HttpResponse.json(makeMarketStatus())),
  );
  const view = renderLive(
    <>
      <input aria-label="Some text" />
      <Keys />
    </>,
    { ready: true },
  );
  return { ...view, user: userEvent.setup() };
}

describe('the keys of the page', () => {
  it('lead to a page', async () => {
    const { user, router } = open();
    await user.keyboard('gt');
    await waitFor(() => expect(router.state.location.pathname).toBe('/trades'));
  });

  it('find a bot by a few letters, without a mouse', async () => {
    const { user, router } = open();
    await user.keyboard('{Control>}k{/Control}');
    const box = await screen.findByRole('combobox', { name: 'Find a page, a bot or a symbol' });
    expect(box).toHaveFocus();
    expect(await screen.findByRole('option', { name: 'Momentum' })).toBeVisible();
    await user.keyboard('mome{Enter}');
    await waitFor(() => expect(router.state.location.pathname).toBe('/bots/1'));
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('close what they have opened', async () => {
    const { user } = open();
    await user.keyboard('/');
    expect(await screen.findByRole('dialog', { name: 'Find' })).toBeVisible();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  });

  it('are text in a box', async () => {
    const { user, router } = open();
    await user.type(screen.getByLabelText('Some text'), 'gt?/');
    expect(screen.getByLabelText('Some text')).toHaveValue('gt?/');
    expect(router.state.location.pathname).toBe('/');
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('show themselves', async () => {
    const { user } = open();
    await user.keyboard('?');
    expect(await screen.findByRole('list', { name: 'Keys' })).toBeVisible();
  });
});
