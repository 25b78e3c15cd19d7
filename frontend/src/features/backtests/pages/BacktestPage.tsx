import { Alert, Box, Link as MuiLink, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Link, useParams } from 'react-router';
import { paths } from '@/app/paths';
import { BacktestButtons } from '@/features/backtests/components/BacktestButtons';
import { BacktestChart } from '@/features/backtests/components/BacktestChart';
import { firstShown, type ChosenDay } from '@/features/backtests/components/backtestDay';
import { BacktestDecisions } from '@/features/backtests/components/BacktestDecisions';
import { BacktestPlots } from '@/features/backtests/components/BacktestPlots';
import { BacktestState } from '@/features/backtests/components/BacktestState';
import { BACKTEST_LABELS, backtestTiles } from '@/features/backtests/components/backtestTiles';
import { BacktestTrades } from '@/features/backtests/components/BacktestTrades';
import { isUnfinished } from '@/features/backtests/components/backtestStatus';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { Page } from '@/components/common/Page';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { Tiles } from '@/components/common/Tiles';
import { backtestOptions } from '@/features/backtests/api/backtests';
import { marketDate } from '@/lib/format';
import type { BacktestDetail, BacktestReport } from '@/types/domain';

const COLUMNS = { gridTemplateColumns: { xs: 'repeat(2, 1fr)', sm: 'repeat(3, 1fr)', lg: 'repeat(6, 1fr)' } };

function Facts({ backtest }: { backtest: BacktestDetail }) {
  return (
    <Typography variant="body2" color="textSecondary" sx={{ px: 0.5 }}>
      {backtest.from} – {backtest.to} · {backtest.symbols.join(', ')} · {backtest.timeframe} bars · asked for
      by {backtest.asked_by}
      {backtest.bot !== null && (
        <>
          {' · '}
          <MuiLink component={Link} to={paths.bot.href(backtest.bot)}>
            the bot
          </MuiLink>
        </>
      )}
    </Typography>
  );
}

/** What the run came to, and beneath its figures one day of it, chosen there or by one of the trades. */
function Result({ report }: { report: BacktestReport }) {
  const [chosen, setChosen] = useState<ChosenDay>(() => firstShown(report));
  const chart = useRef<HTMLDivElement>(null);
  return (
    <>
      <Tiles label="Figures" labels={BACKTEST_LABELS} tiles={backtestTiles(report)} columns={COLUMNS} />
      <BacktestPlots report={report} />
      <Box ref={chart} sx={{ scrollMarginTop: 96, minWidth: 0 }}>
        <BacktestChart report={report} chosen={chosen} onChoose={setChosen} />
      </Box>
      <BacktestTrades
        trades={report.trades}
        onChoose={(trade) => {
          setChosen({ symbol: trade.symbol, day: marketDate(trade.exit_at ?? trade.entry_at), trade });
          chart.current?.scrollIntoView({ block: 'start' });
        }}
      />
      <BacktestDecisions decisions={report.decisions} />
    </>
  );
}

function Outcome({ backtest }: { backtest: BacktestDetail }) {
  const { report } = backtest;
  if (backtest.status === 'failed') {
    return (
      <Alert severity="error" variant="outlined">
        It could not be run: {backtest.error}
      </Alert>
    );
  }
  if (!report) {
    return (
      <Panel title="Result">
        <EmptyState
          title={isUnfinished(backtest.status) ? 'Not done yet' : 'It was cancelled'}
          hint={
            isUnfinished(backtest.status)
              ? 'This page fills itself when the run has ended; leave it open or come back.'
              : 'Run it again from the list of backtests.'
          }
        />
      </Panel>
    );
  }
  return (
    <>
      {report.notes.map((note) => (
        <Alert key={note} severity="info" variant="outlined">
          {note}
        </Alert>
      ))}
      <Result report={report} />
    </>
  );
}

export function BacktestPage() {
  const id = Number(useParams().id);
  const { data, error, refetch } = useQuery({ ...backtestOptions(id), enabled: id > 0 });
  if (!data) {
    return (
      <Page title="Backtest">
        <Panel title="Result">
          {error ? (
            <ErrorState title="The backtest could not be read" error={error} onRetry={() => void refetch()} />
          ) : (
            <RowSkeleton rows={6} height={48} label="Loading the backtest" />
          )}
        </Panel>
      </Page>
    );
  }
  return (
    <Page
      title={data.name}
      note={<BacktestState backtest={data} />}
      actions={<BacktestButtons backtest={data} />}
    >
      <Box sx={{ mt: -1 }}>
        <Facts backtest={data} />
      </Box>
      <Outcome backtest={data} />
    </Page>
  );
}
