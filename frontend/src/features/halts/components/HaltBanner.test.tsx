import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { makeHalt } from '@/test/factories';
import { renderLive } from '@/test/render';
import { serveTests, server } from '@/test/server';
import { HaltBanner } from './HaltBanner';

serveTests();

describe('the banner of a halt', () => {
  it('says who, why and what goes on, and asks before it is cleared', async () => {
    const cleared: string[] = [];
    server.use(
      http.get('*/api/halts', () => HttpResponse.json({ results: cleared.length > 0 ? [] : [makeHalt()] })),
      http.post('*/api/halts/:id/clear', ({ params }) => {
        cleared.push(String(params.id));
        return HttpResponse.json({});
      }),
    );
    renderLive(<HaltBanner />, { ready: true });
    const user = userEvent.setup();
    expect(await screen.findByText('All entries are halted: a strange market')).toBeVisible();
    expect(screen.getByText(/by bea at .* Exits, stops and targets go on\./)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Clear halt' }));
    expect(screen.getByRole('dialog', { name: 'Let all bots enter again?' })).toBeVisible();
    expect(cleared).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Clear halt' }));
    await expect.poll(() => screen.queryByText(/All entries are halted/)).toBeNull();
    expect(cleared).toEqual(['3']);
  });

  it.each([
    [{ positions_left: 3 }, '3 positions are still being sold.'],
    [{ positions_left: 1 }, '1 position is still being sold.'],
    [{ positions_left: 0 }, 'The last orders are coming to their end.'],
    [{ positions_left: 0, flat_at: '2026-11-20T15:00:00Z' }, 'Everything is sold.'],
  ])('says how far the sale of everything is: %o', async (change, words) => {
    const halt = makeHalt({ close_positions: true, ...change });
    server.use(http.get('*/api/halts', () => HttpResponse.json({ results: [halt] })));
    renderLive(<HaltBanner />, { ready: true });
    expect(await screen.findByText(new RegExp(words))).toBeVisible();
  });

  it('says nothing about the halt of one bot', async () => {
    server.use(http.get('*/api/halts', () => HttpResponse.json({ results: [makeHalt({ bot: 1 })] })));
    const { client } = renderLive(<HaltBanner />, { ready: true });
    await expect.poll(() => client.isFetching()).toBe(0);
    expect(screen.queryByText(/halted/)).not.toBeInTheDocument();
  });

  it('says when it is not known', async () => {
    server.use(http.get('*/api/halts', () => HttpResponse.json({ detail: 'down' }, { status: 500 })));
    renderLive(<HaltBanner />, { ready: true });
    expect(await screen.findByText('It is not known whether entries are halted: down')).toBeVisible();
  });
});
