import { Box, Table, TableBody, TableCell, TableHead, TableRow, Typography } from '@mui/material';
import { useState } from 'react';
import { EmptyState } from '@/components/common/EmptyState';
import { Pager } from '@/components/common/Pager';
import { Panel } from '@/components/common/Panel';
import { Pnl } from '@/components/common/Pnl';
import {
  formatFinePercent,
  formatHourMinute,
  formatInteger,
  formatPrice,
  formatQuantity,
  marketDate,
} from '@/lib/format';
import type { BacktestReport, BacktestTrade } from '@/types/domain';
import { EXIT_WORDS } from './backtestStatus';

const AT_ONCE = 50;

function when(at: string): string {
  return `${marketDate(at)} ${formatHourMinute(at)}`;
}

function Row({ trade }: { trade: BacktestTrade }) {
  return (
    <TableRow data-testid="backtest-trade" hover>
      <TableCell sx={{ fontWeight: 600 }}>{trade.symbol}</TableCell>
      <TableCell align="right">{formatQuantity(trade.quantity)}</TableCell>
      <TableCell sx={{ whiteSpace: 'nowrap' }}>{when(trade.entry_at)}</TableCell>
      <TableCell align="right">{formatPrice(trade.entry_price)}</TableCell>
      <TableCell sx={{ whiteSpace: 'nowrap' }}>
        {trade.exit_at === null ? 'still held' : when(trade.exit_at)}
      </TableCell>
      <TableCell align="right">{formatPrice(trade.exit_price)}</TableCell>
      <TableCell align="right">
        <Pnl amount={trade.profit_loss} fraction={String(trade.return)} />
      </TableCell>
      <TableCell align="right" sx={{ whiteSpace: 'nowrap' }}>
        {formatFinePercent(trade.mae)} / {formatFinePercent(trade.mfe)}
      </TableCell>
      <TableCell sx={{ minWidth: 260 }}>
        <Typography variant="body2">{EXIT_WORDS[trade.exit_reason]}</Typography>
        <Typography variant="caption" color="textSecondary" component="p">
          {trade.entry_reason}
        </Typography>
        <Typography variant="caption" color="textSecondary" component="p">
          {trade.exit_sentence}
        </Typography>
      </TableCell>
    </TableRow>
  );
}

/** Every round trip, and why it was bought and sold. */
export function BacktestTrades({ trades }: { trades: readonly BacktestTrade[] }) {
  const [page, setPage] = useState(0);
  const pages = Math.max(1, Math.ceil(trades.length / AT_ONCE));
  return (
    <Panel
      title="Trades"
      note={
        <Typography variant="body2" color="textSecondary">
          New York time
        </Typography>
      }
    >
      {trades.length === 0 ? (
        <EmptyState title="No trades" hint="The counts below say what was decided instead." />
      ) : (
        <>
          <Box role="region" aria-label="Trades, scrollable" tabIndex={0} sx={{ overflowX: 'auto' }}>
            <Table size="small" aria-label="Trades of the backtest">
              <TableHead>
                <TableRow>
                  <TableCell>Symbol</TableCell>
                  <TableCell align="right">Shares</TableCell>
                  <TableCell>Bought</TableCell>
                  <TableCell align="right">at</TableCell>
                  <TableCell>Sold</TableCell>
                  <TableCell align="right">at</TableCell>
                  <TableCell align="right">P&amp;L</TableCell>
                  <TableCell align="right">Worst / best</TableCell>
                  <TableCell>Why</TableCell>
                </TableRow>
              </TableHead>
              <TableBody>
                {trades.slice(page * AT_ONCE, (page + 1) * AT_ONCE).map((trade) => (
                  <Row key={`${trade.symbol} ${trade.entry_at}`} trade={trade} />
                ))}
              </TableBody>
            </Table>
          </Box>
          <Pager
            label="Pages of trades"
            note={`Page ${page + 1} of ${pages}, ${formatInteger(trades.length)} trades`}
            onPrevious={
              page === 0
                ? null
                : () => {
                    setPage(page - 1);
                  }
            }
            onNext={
              page + 1 >= pages
                ? null
                : () => {
                    setPage(page + 1);
                  }
            }
          />
        </>
      )}
    </Panel>
  );
}

/** What it decided, tick by tick, counted. */
export function BacktestDecisions({ decisions }: { decisions: BacktestReport['decisions'] }) {
  return (
    <Panel title="Decisions">
      <Table size="small" aria-label="Decisions counted" sx={{ maxWidth: 560 }}>
        <TableHead>
          <TableRow>
            <TableCell>Action</TableCell>
            <TableCell>Reason</TableCell>
            <TableCell align="right">Times</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {decisions.map(({ action, reason, count }) => (
            <TableRow key={`${action} ${reason}`}>
              <TableCell>{action}</TableCell>
              <TableCell>{reason.replaceAll('_', ' ')}</TableCell>
              <TableCell align="right">{formatInteger(count)}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Panel>
  );
}
