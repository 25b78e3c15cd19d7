import BuyIcon from '@mui/icons-material/CallMadeOutlined';
import SellIcon from '@mui/icons-material/CallReceivedOutlined';
import { Box, Table, TableBody, TableCell, TableHead, TableRow, Tooltip } from '@mui/material';
import { keyframes } from '@mui/material/styles';
import { Pnl } from '@/components/common/Pnl';
import { StatusChip } from '@/components/common/StatusChip';
import { TimeEt } from '@/components/common/TimeEt';
import { formatPrice, formatQuantity } from '@/lib/format';
import type { Trade } from '@/types/domain';
import { TRADE_ROLE, TRADE_STATUS } from './tradeStatus';

const arrive = keyframes`
  from { background-color: color-mix(in srgb, var(--mui-palette-primary-main) 16%, transparent); }
  to { background-color: transparent; }
`;

function flash(isNew: boolean) {
  return isNew ? { animation: `${arrive} 2.4s ease-out` } : {};
}

function Side({ trade }: { trade: Trade }) {
  const isBuy = trade.type === 'buy';
  return (
    <StatusChip tone={isBuy ? 'info' : 'caution'} icon={isBuy ? BuyIcon : SellIcon} bare>
      {isBuy ? 'Buy' : 'Sell'}
    </StatusChip>
  );
}

function Status({ trade }: { trade: Trade }) {
  const { tone, icon, word } = TRADE_STATUS[trade.status];
  return (
    <Tooltip title={trade.reason}>
      <Box component="span">
        <StatusChip tone={tone} icon={icon} bare>
          {word}
        </StatusChip>
      </Box>
    </Tooltip>
  );
}

function quantityOf(trade: Trade): string {
  const isPart = trade.status !== 'filled' && Number(trade.filled_quantity) > 0;
  return isPart
    ? `${formatQuantity(trade.filled_quantity)} / ${formatQuantity(trade.quantity)}`
    : formatQuantity(trade.quantity);
}

interface Props {
  trades: readonly Trade[];
  /** Trades that arrived while the page was open: they flash once. */
  isNew: (trade: Trade) => boolean;
  today: string | undefined;
}

export function TradeTable({ trades, isNew, today }: Props) {
  return (
    <Table size="small" stickyHeader aria-label="Recent trades">
      <TableHead>
        <TableRow>
          <TableCell>Time ET</TableCell>
          <TableCell>Bot</TableCell>
          <TableCell>Symbol</TableCell>
          <TableCell>Order</TableCell>
          <TableCell align="right">Qty</TableCell>
          <TableCell align="right">Price</TableCell>
          <TableCell align="right">P&amp;L</TableCell>
          <TableCell>Status</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {trades.map((trade) => (
          <TableRow
            key={trade.id}
            data-testid="trade-row"
            data-trade-id={trade.id}
            hover
            sx={flash(isNew(trade))}
          >
            <TableCell>
              <TimeEt value={trade.timestamp} today={today} />
            </TableCell>
            <TableCell sx={{ maxWidth: 130, overflow: 'hidden', textOverflow: 'ellipsis' }}>
              {trade.bot_name}
            </TableCell>
            <TableCell sx={{ fontWeight: 600 }}>{trade.symbol}</TableCell>
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
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

export function TradeCards({ trades, isNew, today }: Props) {
  return (
    <Box component="ul" aria-label="Recent trades" sx={{ listStyle: 'none', m: 0, p: 0 }}>
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
            ...flash(isNew(trade)),
          }}
        >
          <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
            <Side trade={trade} />
            <Box component="span" sx={{ fontWeight: 650 }}>
              {quantityOf(trade)} {trade.symbol}
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
            <TimeEt value={trade.timestamp} today={today} />
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
