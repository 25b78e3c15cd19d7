import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { patchBot } from '@/features/bots/api/bots';
import { keys } from '@/hooks/queries/keys';
import { makeBot } from '@/test/factories';
import { fakeFetch, renderLive } from '@/test/render';
import type { BotList } from '@/types/domain';
import { BotCard } from './BotCard';

function card(change: Parameters<typeof makeBot>[0] = {}) {
  return <BotCard bot={makeBot(change)} charted={null} onChart={() => undefined} />;
}

describe('BotCard', () => {
  it('says what the bot is, does and made', () => {
    renderLive(card({ status: 'error', status_reason: 'The broker refused' }));
    expect(screen.getByRole('article', { name: 'Momentum' })).toHaveAttribute('data-bot-id', '1');
    expect(screen.getByText('Error')).toBeVisible();
    expect(screen.getByText('The broker refused')).toBeVisible();
    expect(screen.getByText('+$42.18')).toBeVisible();
    expect(screen.getByText('−$318.44')).toBeVisible();
    expect(screen.getByText('1Min · 09:30–12:00 ET · $10,000')).toBeVisible();
    expect(screen.getByText('RSI 14/30/70 · SMA 50')).toBeVisible();
  });

  it('offers what its status allows', () => {
    const { unmount } = renderLive(card());
    const names = () =>
      screen.getAllByRole('button', { name: /^(Start|Pause|Stop) / }).map((b) => b.textContent);
    expect(names()).toEqual(['Pause', 'Stop']);
    unmount();
    renderLive(card({ status: 'stopped' }));
    expect(names()).toEqual(['Start']);
  });

  it('stops with its positions only when that was asked for, after a question', async () => {
    const { fetch, requests } = fakeFetch(200, makeBot({ status: 'stopped' }));
    vi.stubGlobal('fetch', fetch);
    const user = userEvent.setup();
    const { client } = renderLive(card());
    client.setQueryData(keys.bots, { count: 1, results: [makeBot()] });
    await user.click(screen.getByRole('button', { name: 'Stop Momentum' }));
    const dialog = screen.getByRole('dialog', { name: 'Stop Momentum?' });
    expect(within(dialog).getByRole('button', { name: 'Cancel' })).toHaveFocus();
    expect(dialog).toHaveTextContent('Stops and targets resting at the broker stay in force');
    expect(requests).toHaveLength(0);
    await user.click(within(dialog).getByRole('checkbox', { name: 'Also close its 1 open position' }));
    await user.click(within(dialog).getByRole('button', { name: 'Stop and close positions' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(requests.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['POST', '/api/bots/1/stop', { close_positions: true }],
    ]);
    expect(client.getQueryData<BotList>(keys.bots)?.results[0]?.status).toBe('stopped');
  });

  it('shows the server’s reason when it refuses', async () => {
    const problem = {
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      detail: 'It is not running',
      errors: [],
    };
    vi.stubGlobal('fetch', fakeFetch(409, problem).fetch);
    renderLive(card());
    await userEvent.setup().click(screen.getByRole('button', { name: 'Pause Momentum' }));
    expect(await screen.findByText(/^Momentum: It is not running\. Nothing was done\./)).toBeVisible();
  });

  it('shows a pause at once, and takes it back when it is refused', async () => {
    const problem = { type: 'about:blank', title: 'Conflict', status: 409, detail: 'No', errors: [] };
    let refuse: () => void = () => undefined;
    vi.stubGlobal(
      'fetch',
      () =>
        new Promise<Response>((resolve) => {
          refuse = () => {
            const headers = { 'content-type': 'application/problem+json' };
            resolve(new Response(JSON.stringify(problem), { status: 409, headers }));
          };
        }),
    );
    const { client } = renderLive(card());
    client.setQueryData(keys.bots, { count: 1, results: [makeBot()] });
    const status = () => client.getQueryData<BotList>(keys.bots)?.results[0]?.status;
    await userEvent.setup().click(screen.getByRole('button', { name: 'Pause Momentum' }));
    await waitFor(() => expect(status()).toBe('paused'));
    refuse();
    expect(await screen.findByText(/^Momentum: No\. Nothing was done\./)).toBeVisible();
    expect(status()).toBe('running');
  });

  it('takes nothing back that the socket has told meanwhile', async () => {
    let fail: () => void = () => undefined;
    vi.stubGlobal(
      'fetch',
      () =>
        new Promise<Response>((_, reject) => {
          fail = () => {
            reject(new TypeError('network'));
          };
        }),
    );
    const { client } = renderLive(card());
    client.setQueryData(keys.bots, { count: 1, results: [makeBot()] });
    const status = () => client.getQueryData<BotList>(keys.bots)?.results[0]?.status;
    await userEvent.setup().click(screen.getByRole('button', { name: 'Pause Momentum' }));
    await waitFor(() => expect(status()).toBe('paused'));
    patchBot(client, 1, { status: 'error' });
    fail();
    expect(await screen.findByText(/it is not known whether it was paused/)).toBeVisible();
    expect(status()).toBe('error');
  });

  it('does not show a start before it is done', async () => {
    vi.stubGlobal('fetch', () => new Promise<Response>(() => undefined));
    const { client } = renderLive(card({ status: 'stopped' }));
    client.setQueryData(keys.bots, { count: 1, results: [makeBot({ status: 'stopped' })] });
    await userEvent.setup().click(screen.getByRole('button', { name: 'Start Momentum' }));
    expect(screen.getByRole('button', { name: 'Start Momentum' })).toHaveAttribute('aria-busy', 'true');
    expect(client.getQueryData<BotList>(keys.bots)?.results[0]?.status).toBe('stopped');
  });

  it.each([
    ['a viewer', { role: 'viewer' as const }, 'Your role is viewer: it can look, not act'],
    [
      'a lost connection',
      { connection: { phase: 'reconnecting' as const, lostAt: 0, retryAt: 1 } },
      'Live updates are lost: what you see may be old',
    ],
  ])('does nothing for %s, and says why', async (_, surroundings, reason) => {
    const { fetch, requests } = fakeFetch(200, makeBot());
    vi.stubGlobal('fetch', fetch);
    renderLive(card(), surroundings);
    const pause = screen.getByRole('button', { name: 'Pause Momentum' });
    expect(pause).toHaveAttribute('aria-disabled', 'true');
    expect(pause).toHaveAccessibleDescription(reason);
    await userEvent.setup().click(pause);
    expect(requests).toHaveLength(0);
  });
});
