import type { AnalyticsRange } from '@/types/domain';

/** The stretches of time that analytics are told of. */
export const RANGES: readonly AnalyticsRange[] = ['1W', '1M', '3M', '6M', '1Y', 'ALL'];
