import { Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { Facts } from '@/components/common/Facts';
import { Panel } from '@/components/common/Panel';
import { Pnl } from '@/components/common/Pnl';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { ViewToggle } from '@/components/common/ViewToggle';
import { DayPlot } from '@/components/plots/DayPlot';
import { accountEquityOptions } from '@/hooks/queries/account';
import {
  formatDate,
  formatFinePercent,
  formatRatio,
  formatSignedMoney,
  formatSignedPercent,
} from '@/lib/format';
import { RANGES } from '@/lib/ranges';
import type { AccountEquity as Curve, AnalyticsRange } from '@/types/domain';

const RANGE_OPTIONS = RANGES.map((range) => [range, range] as const);
const HEIGHT = 180;

/** The whole account, shares by hand, fees and interest included; what people bring or take is no part of it. */
export function AccountEquity() {
  const [range, setRange] = useState<AnalyticsRange>('1M');
  const { data, error, refetch } = useQuery(accountEquityOptions(range));
  return (
    <Panel
      title="Account P&L, without deposits"
      actions={
        <ViewToggle label="Range of the account" value={range} options={RANGE_OPTIONS} onChange={setRange} />
      }
    >
      {data ? (
        <Course data={data} />
      ) : error ? (
        <ErrorState title="The account could not be read" error={error} onRetry={() => void refetch()} />
      ) : (
        <RowSkeleton rows={1} height={HEIGHT} label="Loading the account" />
      )}
    </Panel>
  );
}

function Course({ data: { equity, metrics: m } }: { data: Curve }) {
  if (m === null) {
    return (
      <EmptyState title="Nothing noted yet" hint="The account's equity is noted while the market is open." />
    );
  }
  const fall = Number(m.max_drawdown) === 0 ? m.max_drawdown : `-${m.max_drawdown}`;
  const span = `${formatDate(equity[0]?.date ?? '')} to ${formatDate(equity.at(-1)?.date ?? '')}`;
  return (
    <>
      <DayPlot
        height={HEIGHT}
        shape="line"
        name="P&L so far"
        points={equity.map(({ date, cumulative }) => ({ date, value: Number(cumulative) }))}
        label={`P&L of the account, ${span}: ${formatSignedMoney(m.pnl)} in all`}
      />
      <Box sx={{ px: 1.5, py: 1 }}>
        <Facts
          facts={[
            { label: 'P&L', value: <Pnl amount={m.pnl} /> },
            { label: 'Return', value: formatSignedPercent(m.return_pct) },
            { label: 'Max drawdown, by the minute', value: <Pnl amount={fall} /> },
            { label: 'Of the peak', value: formatFinePercent(m.max_drawdown_pct) },
            { label: 'Sharpe ratio', value: formatRatio(m.sharpe) },
            { label: 'Brought less taken', value: formatSignedMoney(m.transfers) },
          ]}
        />
      </Box>
    </>
  );
}
