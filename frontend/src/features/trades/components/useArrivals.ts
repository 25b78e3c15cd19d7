import { useState } from 'react';
import { useLive } from '@/hooks/live';
import type { Trade } from '@/types/domain';

/** Whether a fill has come that the page shown does not have, since the page or its filters changed. */
export function useArrivals(page: string, trades: readonly Trade[] | undefined): boolean {
  const { lastFill } = useLive();
  const [since, setSince] = useState({ page, fill: lastFill });
  if (since.page !== page) setSince({ page, fill: lastFill });
  if (lastFill === null || since.page !== page || lastFill === since.fill || !trades) return false;
  return !trades.some(({ id }) => id === lastFill.id);
}
