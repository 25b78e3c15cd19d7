import { Skeleton } from '@mui/material';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { Panel } from '@/components/common/Panel';
import { CHART_HEIGHT } from './chartHeight';

interface Props {
  hasNoBots: boolean;
  error: unknown;
  onRetry: () => void;
}

/** Where the chart will be, until it is known what to draw. */
export function ChartPlaceholder({ hasNoBots, error, onRetry }: Props) {
  return (
    <Panel title="Price">
      {hasNoBots ? (
        <EmptyState title="Nothing to chart yet" hint="The chart follows the symbols of your bots." />
      ) : error ? (
        <ErrorState title="It is not known what to chart" error={error} onRetry={onRetry} />
      ) : (
        <Skeleton variant="rectangular" sx={{ height: CHART_HEIGHT, mt: 3 }} />
      )}
    </Panel>
  );
}
