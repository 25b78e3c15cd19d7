import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { ViewToggle } from '@/components/common/ViewToggle';
import { DayPlot } from '@/components/plots/DayPlot';
import { formatDate, formatSignedMoney } from '@/lib/format';
import { PNL_VIEWS, type PnlView } from '@/lib/pnlView';
import type { Analytics, EquityPoint } from '@/types/domain';

interface Props {
  data: Analytics | undefined;
  error: unknown;
  onRetry: () => void;
}

function spanOf(equity: readonly EquityPoint[]): string {
  return `${formatDate(equity[0]?.date ?? '')} to ${formatDate(equity.at(-1)?.date ?? '')}`;
}

/** Of chosen symbols only what is realised is known by day. */
function titleOf(data: Analytics | undefined): string {
  return data && !data.marked_to_market ? 'Realised P&L' : 'P&L, marked to market';
}

function Nothing() {
  return (
    <EmptyState title="No sessions in this range" hint="Choose a longer range, or wait for the first fill." />
  );
}

function Waiting({ error, onRetry }: Pick<Props, 'error' | 'onRetry'>) {
  return error ? (
    <ErrorState title="It could not be read" error={error} onRetry={onRetry} />
  ) : (
    <RowSkeleton rows={1} height={240} label="Loading the chart" />
  );
}

/** P&L, day by day or added up: marked to market, or of chosen symbols what is realised. */
export function EquityPanel({
  data,
  view,
  onView,
  ...rest
}: Props & { view: PnlView; onView: (view: PnlView) => void }) {
  const equity = data?.equity ?? [];
  const made = formatSignedMoney(equity.at(-1)?.cumulative);
  return (
    <Panel
      title={titleOf(data)}
      actions={<ViewToggle label="P&L shown" value={view} options={PNL_VIEWS} onChange={onView} />}
    >
      {!data ? (
        <Waiting {...rest} />
      ) : equity.length === 0 ? (
        <Nothing />
      ) : (
        <DayPlot
          height={240}
          shape={view === 'daily' ? 'bars' : 'line'}
          name={view === 'daily' ? 'P&L of the day' : 'P&L so far'}
          points={equity.map(({ date, pnl, cumulative }) => ({
            date,
            value: Number(view === 'daily' ? pnl : cumulative),
          }))}
          label={`${titleOf(data)}, ${view}, ${spanOf(equity)}: ${made} in all`}
        />
      )}
    </Panel>
  );
}

/** How far below its peak it was at most, day by day. */
export function DrawdownPanel({ data, ...rest }: Props) {
  const equity = data?.equity ?? [];
  return (
    <Panel title="Drawdown">
      {!data ? (
        <Waiting {...rest} />
      ) : equity.length === 0 ? (
        <Nothing />
      ) : Number(data.metrics.max_drawdown) === 0 ? (
        <EmptyState
          title="No drawdown"
          hint={
            data.marked_to_market
              ? 'In this range the equity, marked to market by the minute, was never below its peak.'
              : 'In this range the realised P&L was never below its peak.'
          }
        />
      ) : (
        <DayPlot
          height={240}
          shape="line"
          tone="loss"
          name="Below the peak"
          points={equity.map(({ date, drawdown }) => ({ date, value: -Math.abs(Number(drawdown)) }))}
          label={`Drawdown, ${spanOf(equity)}: ${formatSignedMoney(`-${data.metrics.max_drawdown}`)} at most`}
        />
      )}
    </Panel>
  );
}
