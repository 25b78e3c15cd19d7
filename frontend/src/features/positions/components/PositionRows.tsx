import { Box, Table, TableBody, TableCell, TableHead, TableRow } from '@mui/material';
import { formatPrice, formatQuantity } from '@/lib/format';
import type { Position } from '@/types/domain';
import { LivePnl, LivePrice } from './LiveValues';
import { CloseButton, Protected, SymbolButton } from './PositionCells';

interface Props {
  positions: readonly Position[];
  onClose: (position: Position) => void;
  onChart: (position: Position) => void;
}

const second = {
  display: 'block',
  color: 'text.secondary',
  fontSize: '0.75rem',
  maxWidth: 150,
  overflow: 'hidden',
  textOverflow: 'ellipsis',
} as const;

function levels(position: Position): string {
  return `${formatPrice(position.stop_loss_price)} / ${formatPrice(position.take_profit_price)}`;
}

export function PositionTable({ positions, onClose, onChart }: Props) {
  return (
    <Table size="small" stickyHeader aria-label="Open positions">
      <TableHead>
        <TableRow>
          <TableCell>Symbol, bot</TableCell>
          <TableCell align="right">Qty</TableCell>
          <TableCell align="right">Last, entry</TableCell>
          <TableCell align="right">Open P&amp;L</TableCell>
          <TableCell align="right">Stop, target</TableCell>
          <TableCell>Protection</TableCell>
          <TableCell align="right">Action</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {positions.map((position) => (
          <TableRow key={position.id} data-testid="position-row" data-position-id={position.id} hover>
            <TableCell>
              <SymbolButton position={position} onPress={onChart} verb="Chart" />
              <Box component="span" sx={second}>
                {position.bot_name}
              </Box>
            </TableCell>
            <TableCell align="right">{formatQuantity(position.quantity)}</TableCell>
            <TableCell align="right">
              <LivePrice position={position} />
              <Box component="span" sx={{ ...second, ml: 'auto' }}>
                {formatPrice(position.entry_price)}
              </Box>
            </TableCell>
            <TableCell align="right">
              <LivePnl position={position} stacked />
            </TableCell>
            <TableCell align="right">
              {formatPrice(position.stop_loss_price)}
              <Box component="span" sx={{ ...second, ml: 'auto' }}>
                {formatPrice(position.take_profit_price)}
              </Box>
            </TableCell>
            <TableCell>
              <Protected position={position} />
            </TableCell>
            <TableCell align="right">
              <CloseButton position={position} onPress={onClose} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

export function PositionCards({ positions, onClose, onChart }: Props) {
  return (
    <Box component="ul" aria-label="Open positions" sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {positions.map((position) => (
        <Box
          component="li"
          key={position.id}
          data-testid="position-row"
          data-position-id={position.id}
          sx={{
            px: 1.5,
            py: 1,
            borderTop: 1,
            borderColor: 'divider',
            fontSize: '0.8125rem',
            display: 'grid',
            gap: 0.25,
          }}
        >
          <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
            <SymbolButton position={position} onPress={onChart} verb="Chart" />
            <span>{formatQuantity(position.quantity)} sh</span>
            <Box component="span" sx={{ ml: 'auto', fontWeight: 650 }}>
              <LivePnl position={position} />
            </Box>
          </Box>
          <Box sx={{ display: 'flex', gap: 1, color: 'text.secondary', fontSize: '0.75rem' }}>
            <span>
              {formatPrice(position.entry_price)} → <LivePrice position={position} />
            </span>
            <Box component="span" sx={{ ml: 'auto' }}>
              stop / target {levels(position)}
            </Box>
          </Box>
          <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, mt: 0.25 }}>
            <Protected position={position} />
            <Box
              component="span"
              sx={{
                color: 'text.secondary',
                fontSize: '0.75rem',
                minWidth: 0,
                overflow: 'hidden',
                textOverflow: 'ellipsis',
                whiteSpace: 'nowrap',
              }}
            >
              {position.bot_name}
            </Box>
            <Box sx={{ ml: 'auto' }}>
              <CloseButton position={position} onPress={onClose} />
            </Box>
          </Box>
        </Box>
      ))}
    </Box>
  );
}
