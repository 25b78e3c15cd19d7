import { Box, Table, TableBody, TableCell, TableHead, TableRow, type TableCellProps } from '@mui/material';
import { OpenableRow } from '@/components/common/OpenableRow';
import { Pnl } from '@/components/common/Pnl';
import { SortHeader } from '@/components/common/SortHeader';
import { ShownTime } from '@/components/common/ShownTime';
import { formatPrice } from '@/lib/format';
import { zoneLabel } from '@/lib/zone';
import type { Trade } from '@/types/domain';
import { flash } from './flash';
import { Side, Status, TradeSymbol } from './TradeCells';
import { quantityOf } from './tradeQuantity';
import { TRADE_ROLE } from './tradeStatus';

export interface TradeRowsProps {
  label: string;
  trades: readonly Trade[];
  today: string | undefined;
  /** Trades that arrived while the page was open: they flash once. */
  isNew?: (trade: Trade) => boolean;
  /** Columns can be sorted by. */
  order?: { ordering: string; onOrder: (ordering: string) => void };
  onOpen?: (trade: Trade) => void;
}

const COLUMNS: readonly { field: string; word: string; align?: TableCellProps['align'] }[] = [
  { field: 'timestamp', word: `Time ${zoneLabel()}` },
  { field: 'bot', word: 'Bot' },
  { field: 'symbol', word: 'Symbol' },
  { field: 'type', word: 'Order' },
  { field: 'quantity', word: 'Qty', align: 'right' },
  { field: 'price', word: 'Price', align: 'right' },
  { field: 'profit_loss', word: 'P&L', align: 'right' },
  { field: 'status', word: 'Status' },
];

export function TradeTable({ label, trades, isNew, today, order, onOpen }: TradeRowsProps) {
  return (
    <Table size="small" stickyHeader aria-label={label}>
      <TableHead>
        <TableRow>
          {COLUMNS.map(({ field, word, align }) =>
            order ? (
              <SortHeader
                key={field}
                {...order}
                field={field}
                align={align}
                firstDescending={align === 'right' || field === 'timestamp'}
              >
                {word}
              </SortHeader>
            ) : (
              <TableCell key={field} align={align}>
                {word}
              </TableCell>
            ),
          )}
        </TableRow>
      </TableHead>
      <TableBody>
        {trades.map((trade) => (
          <OpenableRow
            key={trade.id}
            data-testid="trade-row"
            data-trade-id={trade.id}
            onOpen={
              onOpen &&
              (() => {
                onOpen(trade);
              })
            }
            sx={flash(isNew?.(trade) ?? false)}
          >
            <TableCell>
              <ShownTime value={trade.timestamp} today={today} />
            </TableCell>
            <TableCell sx={{ maxWidth: 130, overflow: 'hidden', textOverflow: 'ellipsis' }}>
              {trade.bot_name}
            </TableCell>
            <TableCell sx={{ fontWeight: 600 }}>
              <TradeSymbol trade={trade} onOpen={onOpen} />
            </TableCell>
            <TableCell>
              <Side trade={trade} />
              <Box
                component="span"
                sx={{ ml: 0.5, color: 'text.secondary', fontSize: '0.75rem', verticalAlign: 'middle' }}
              >
                {TRADE_ROLE[trade.role].toLowerCase()}
              </Box>
            </TableCell>
            <TableCell align="right">{quantityOf(trade)}</TableCell>
            <TableCell align="right">{formatPrice(trade.price)}</TableCell>
            <TableCell align="right">
              {trade.profit_loss === null ? '—' : <Pnl amount={trade.profit_loss} />}
            </TableCell>
            <TableCell>
              <Status trade={trade} />
            </TableCell>
          </OpenableRow>
        ))}
      </TableBody>
    </Table>
  );
}

export function TradeCards({ label, trades, isNew, today, onOpen }: TradeRowsProps) {
  return (
    <Box component="ul" aria-label={label} sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {trades.map((trade) => (
        <Box
          component="li"
          key={trade.id}
          data-testid="trade-row"
          data-trade-id={trade.id}
          sx={{
            px: 1.5,
            py: 1,
            borderTop: 1,
            borderColor: 'divider',
            fontSize: '0.8125rem',
            ...flash(isNew?.(trade) ?? false),
          }}
        >
          <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
            <Side trade={trade} />
            <Box component="span" sx={{ fontWeight: 650 }}>
              {quantityOf(trade)} <TradeSymbol trade={trade} onOpen={onOpen} />
            </Box>
            <span>@ {formatPrice(trade.price)}</span>
            <Box component="span" sx={{ ml: 'auto', fontWeight: 600 }}>
              {trade.profit_loss !== null && <Pnl amount={trade.profit_loss} />}
            </Box>
          </Box>
          <Box
            sx={{
              display: 'flex',
              gap: 1,
              mt: 0.25,
              color: 'text.secondary',
              fontSize: '0.75rem',
              minWidth: 0,
            }}
          >
            <ShownTime value={trade.timestamp} today={today} />
            <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
              {TRADE_ROLE[trade.role]} · {trade.bot_name}
            </Box>
            <Box component="span" sx={{ ml: 'auto' }}>
              <Status trade={trade} />
            </Box>
          </Box>
        </Box>
      ))}
    </Box>
  );
}
