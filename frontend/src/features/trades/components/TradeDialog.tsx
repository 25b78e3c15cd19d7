import { Box, Skeleton, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { DetailDialog } from '@/components/common/DetailDialog';
import { ErrorState } from '@/components/common/ErrorState';
import { tradeOptions } from '@/features/trades/api/trades';
import type { TradeDetail } from '@/types/domain';
import { DecisionFacts } from './DecisionFacts';
import { ExecutionTable } from './ExecutionTable';
import { SnapshotFacts } from './SnapshotFacts';
import { TradeFacts } from './TradeFacts';
import { TradeList } from './TradeList';
import { TradeNoteForm } from './TradeNoteForm';
import { TRADE_ROLE } from './tradeStatus';

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Box component="section" aria-label={title}>
      <Typography variant="h2" component="h3" sx={{ mb: 0.5 }}>
        {title}
      </Typography>
      {children}
    </Box>
  );
}

function Body({ trade }: { trade: TradeDetail }) {
  const hasSnapshot = Object.keys(trade.indicators_snapshot).length > 0;
  return (
    <>
      <TradeFacts trade={trade} />
      {trade.decision ? (
        <DecisionFacts decision={trade.decision} />
      ) : (
        hasSnapshot && (
          <Section title="Indicators at the decision">
            <SnapshotFacts values={trade.indicators_snapshot} />
          </Section>
        )
      )}
      {trade.executions.length > 0 && (
        <Section title="Fills">
          <ExecutionTable executions={trade.executions} />
        </Section>
      )}
      {trade.legs.length > 0 && (
        <Section title="Stop and target">
          <TradeList trades={trade.legs} label="Stop and target" />
        </Section>
      )}
      <Section title="Notes">
        <TradeNoteForm key={trade.note.at} id={trade.id} note={trade.note} />
      </Section>
    </>
  );
}

/** Everything known about one order and what became of it. */
export function TradeDialog({ id, onClose }: { id: number; onClose: () => void }) {
  const { data: trade, error, refetch } = useQuery(tradeOptions(id));
  const title = trade
    ? `${TRADE_ROLE[trade.role]}: ${trade.type === 'buy' ? 'buy' : 'sell'} ${trade.symbol} · ${trade.bot_name}`
    : 'Trade';
  return (
    <DetailDialog title={title} onClose={onClose}>
      {trade ? (
        <Body trade={trade} />
      ) : error ? (
        <ErrorState title="The trade could not be read" error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton variant="rounded" height={320} aria-label="Loading the trade" />
      )}
    </DetailDialog>
  );
}
