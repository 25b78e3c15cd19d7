import { act, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { AsOf } from '@/components/common/Stale';
import { keys } from '@/hooks/queries/keys';
import { makeMarketStatus } from '@/test/factories';
import { renderLive } from '@/test/render';
import type { MarketStatus } from '@/types/domain';
import { StatusBanners } from './StatusBanners';

/** 10:00 in New York, read this moment. */
async function show(change: Partial<MarketStatus>) {
  const { client } = renderLive(
    <>
      <StatusBanners />
      <AsOf otherwise="fresh" />
    </>,
  );
  const status = { speed: 1, real: Date.now() / 1000, data_as_of: '2026-11-20T14:59:00Z', ...change };
  await act(async () => {
    client.setQueryData(keys.marketStatus, makeMarketStatus(status));
    // The query client tells its observers in a task of its own.
    await new Promise((resolve) => setTimeout(resolve));
  });
  return screen.getByRole('status', { name: 'System status' });
}

describe('StatusBanners', () => {
  it('is silent while everything is well', async () => {
    expect(await show({})).toBeEmptyDOMElement();
    expect(screen.getByText('fresh')).toBeVisible();
  });

  it('says that the broker is gone, why, and how old the prices are', async () => {
    const banners = await show({ broker_connected: false, error: 'connection refused' });
    expect(banners).toHaveTextContent('The broker is not connected');
    expect(banners).toHaveTextContent('(connection refused)');
    expect(banners).toHaveTextContent('Prices are from 09:59:00 ET.');
    expect(screen.getByText('as of 09:59:00 ET')).toBeVisible();
  });

  it('says that no bot trades while the books are compared', async () => {
    expect(await show({ trading_ready: false })).toHaveTextContent(
      'Recovering: our books are being compared',
    );
    expect(screen.getByText('fresh')).toBeVisible();
  });

  it('passes on what else is wrong', async () => {
    expect(await show({ error: 'this database belongs to another account' })).toHaveTextContent(
      'this database belongs to another account',
    );
  });

  it('says that prices are old', async () => {
    const banners = await show({ data_as_of: '2026-11-20T14:50:00Z' });
    expect(banners).toHaveTextContent('Prices are old: the newest is from 09:50:00 ET');
    expect(screen.getByText('as of 09:50:00 ET')).toBeVisible();
  });
});
