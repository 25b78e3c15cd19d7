import { Box, Table, TableBody, TableCell, TableHead, TableRow, Typography } from '@mui/material';
import { useState } from 'react';
import { EmptyState } from '@/components/common/EmptyState';
import { Facts } from '@/components/common/Facts';
import { Pager } from '@/components/common/Pager';
import { Panel } from '@/components/common/Panel';
import { Pnl } from '@/components/common/Pnl';
import { SymbolLink } from '@/components/common/SymbolLink';
import {
  formatFinePercent,
  formatHourMinute,
  formatInteger,
  formatPrice,
  formatQuantity,
  shownDate,
} from '@/lib/format';
import { zoneLabel } from '@/lib/zone';
import { useIsPhone } from '@/hooks/useIsPhone';
import type { BacktestTrade } from '@/types/domain';
import { EXIT_WORDS } from './backtestStatus';

const AT_ONCE = 50;

function Moment({ at, price }: { at: string | null; price: string | null }) {
  return (
    <>
      {formatPrice(price)}
      <Typography variant="caption" color="textSecondary" sx={{ display: 'block' }}>
        {at === null ? 'still held' : `${shownDate(at)} ${formatHourMinute(at)} ${zoneLabel()}`}
      </Typography>
    </>
  );
}

function Why({ trade }: { trade: BacktestTrade }) {
  return (
    <>
      <Typography variant="body2">{EXIT_WORDS[trade.exit_reason]}</Typography>
      <Typography variant="caption" color="textSecondary" component="p">
        {trade.entry_reason}
      </Typography>
      <Typography variant="caption" color="textSecondary" component="p">
        {trade.exit_sentence}
      </Typography>
    </>
  );
}

const excursions = ({ mae, mfe }: BacktestTrade) => `${formatFinePercent(mae)} / ${formatFinePercent(mfe)}`;
type OnChoose = (trade: BacktestTrade) => void;

function SymbolButton({ trade, onChoose }: { trade: BacktestTrade; onChoose: OnChoose }) {
  return (
    <SymbolLink
      symbol={trade.symbol}
      label={`Chart of ${trade.symbol} bought at ${formatHourMinute(trade.entry_at)}`}
      onPress={() => {
        onChoose(trade);
      }}
    />
  );
}

interface ListProps {
  trades: readonly BacktestTrade[];
  onChoose: OnChoose;
}

const keyOf = ({ symbol, entry_at: at }: BacktestTrade) => `${symbol} ${at}`;

function TradeTable({ trades, onChoose }: ListProps) {
  return (
    <Box role="region" aria-label="Trades, scrollable" tabIndex={0} sx={{ overflowX: 'auto' }}>
      <Table size="small" aria-label="Trades of the backtest">
        <TableHead>
          <TableRow>
            <TableCell>Symbol</TableCell>
            <TableCell align="right">Shares</TableCell>
            <TableCell align="right">Bought</TableCell>
            <TableCell align="right">Sold</TableCell>
            <TableCell align="right">P&amp;L</TableCell>
            <TableCell align="right">Worst / best</TableCell>
            <TableCell>Why</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {trades.map((trade) => (
            <TableRow key={keyOf(trade)} data-testid="backtest-trade" hover>
              <TableCell>
                <SymbolButton trade={trade} onChoose={onChoose} />
              </TableCell>
              <TableCell align="right">{formatQuantity(trade.quantity)}</TableCell>
              <TableCell align="right">
                <Moment at={trade.entry_at} price={trade.entry_price} />
              </TableCell>
              <TableCell align="right">
                <Moment at={trade.exit_at} price={trade.exit_price} />
              </TableCell>
              <TableCell align="right">
                <Pnl amount={trade.profit_loss} fraction={String(trade.return)} />
              </TableCell>
              <TableCell align="right">{excursions(trade)}</TableCell>
              <TableCell sx={{ minWidth: 260, whiteSpace: 'normal' }}>
                <Why trade={trade} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}

function TradeCards({ trades, onChoose }: ListProps) {
  return (
    <Box component="ul" aria-label="Trades of the backtest" sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {trades.map((trade) => (
        <Box
          key={keyOf(trade)}
          component="li"
          data-testid="backtest-trade"
          sx={{ display: 'grid', gap: 0.75, px: 1.5, py: 1.25, borderTop: 1, borderColor: 'divider' }}
        >
          <Box sx={{ display: 'flex', alignItems: 'baseline', gap: 1, fontSize: '0.875rem' }}>
            <SymbolButton trade={trade} onChoose={onChoose} />
            <span>{formatQuantity(trade.quantity)} sh</span>
            <Box component="span" sx={{ ml: 'auto', fontWeight: 650 }}>
              <Pnl amount={trade.profit_loss} fraction={String(trade.return)} />
            </Box>
          </Box>
          <Facts
            minWidth={104}
            facts={[
              { label: 'Bought', value: <Moment at={trade.entry_at} price={trade.entry_price} /> },
              { label: 'Sold', value: <Moment at={trade.exit_at} price={trade.exit_price} /> },
              { label: 'Worst / best', value: excursions(trade) },
            ]}
          />
          <Box>
            <Why trade={trade} />
          </Box>
        </Box>
      ))}
    </Box>
  );
}

/** Every round trip, and why it was bought and sold; its symbol shows it in the chart. */
export function BacktestTrades({ trades, onChoose }: ListProps) {
  const [page, setPage] = useState(0);
  const List = useIsPhone() ? TradeCards : TradeTable;
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
          <List trades={trades.slice(page * AT_ONCE, (page + 1) * AT_ONCE)} onChoose={onChoose} />
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
