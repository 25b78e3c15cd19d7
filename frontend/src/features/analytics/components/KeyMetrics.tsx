import { ErrorState } from '@/components/common/ErrorState';
import { Tiles } from '@/components/common/Tiles';
import type { Analytics } from '@/types/domain';
import { HOW } from './how';
import { metricTiles } from './metricTiles';

const LABELS = [
  ...['Total P&L', 'Realised', 'Open P&L', 'Win rate', 'Profit factor', 'Expectancy'],
  ...['Sharpe ratio', 'Max drawdown', 'Average win', 'Average loss', 'Best day', 'Worst day'],
];

interface Props {
  data: Analytics | undefined;
  error: unknown;
  onRetry: () => void;
}

export function KeyMetrics({ data, error, onRetry }: Props) {
  return (
    <Tiles
      label="Key metrics"
      labels={LABELS}
      hows={HOW}
      tiles={data ? metricTiles(data) : null}
      columns={{ gridTemplateColumns: { xs: 'repeat(2, 1fr)', sm: 'repeat(4, 1fr)', lg: 'repeat(6, 1fr)' } }}
      fault={
        error && !data ? (
          <ErrorState title="The analytics could not be read" error={error} onRetry={onRetry} />
        ) : undefined
      }
    />
  );
}
