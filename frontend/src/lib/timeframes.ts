import type { Timeframe } from '@/types/domain';

/** As charts name them: 1m, 5m, 1h, 1D. */
export function timeframeWord(timeframe: Timeframe): string {
  return timeframe.replace('Min', 'm').replace('1Hour', '1h').replace('1Day', '1D');
}
