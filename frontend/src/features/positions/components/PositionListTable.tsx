import { Box, Table, TableBody, TableCell, TableHead, TableRow } from '@mui/material';
import { OpenableRow } from '@/components/common/OpenableRow';
import { Pnl } from '@/components/common/Pnl';
import { SortHeader } from '@/components/common/SortHeader';
import { ShownTime } from '@/components/common/ShownTime';
import { formatMoney, formatPrice, formatQuantity } from '@/lib/format';
import { zoneLabel } from '@/lib/zone';
import type { Position } from '@/types/domain';
import { LivePnl, LivePrice, LiveValue } from './LiveValues';
import { CloseButton, Protected, SymbolButton } from './PositionCells';
import type { PositionState } from './positionFilters';

export interface PositionListProps {
  positions: readonly Position[];
  state: PositionState;
  today: string | undefined;
  ordering: string;
  onOrder: (ordering: string) => void;
  onOpen: (position: Position) => void;
  onClose: (position: Position) => void;
}

const second = {
  display: 'block',
  color: 'text.secondary',
  fontSize: '0.75rem',
  maxWidth: 180,
  overflow: 'hidden',
  textOverflow: 'ellipsis',
} as const;

function Row({
  position,
  today,
  onOpen,
  onClose,
}: Omit<PositionListProps, 'positions'> & { position: Position }) {
  const { is_open: isOpen } = position;
  return (
    <OpenableRow
      data-testid="position-row"
      data-position-id={position.id}
      onOpen={() => {
        onOpen(position);
      }}
    >
      <TableCell>
        <SymbolButton position={position} onPress={onOpen} verb="Details of" />
        <Box component="span" sx={second}>
          {position.bot_name}
        </Box>
      </TableCell>
      <TableCell>
        <ShownTime value={position.opened_at} today={today} />
        {position.closed_at && (
          <Box component="span" sx={second}>
            to <ShownTime value={position.closed_at} today={today} />
          </Box>
        )}
      </TableCell>
      <TableCell align="right">{isOpen ? formatQuantity(position.quantity) : '—'}</TableCell>
      <TableCell align="right">
        {isOpen ? <LivePrice position={position} /> : '—'}
        <Box component="span" sx={second}>
          {formatPrice(position.entry_price)}
        </Box>
      </TableCell>
      <TableCell align="right">
        {isOpen ? <LiveValue position={position} /> : '—'}
        <Box component="span" sx={second}>
          {isOpen ? formatMoney(position.cost) : ''}
        </Box>
      </TableCell>
      <TableCell align="right">{isOpen ? <LivePnl position={position} stacked /> : '—'}</TableCell>
      <TableCell align="right">
        <Pnl amount={position.realized_pnl} />
      </TableCell>
      <TableCell align="right">
        {isOpen ? formatPrice(position.stop_loss_price) : '—'}
        <Box component="span" sx={second}>
          {isOpen ? formatPrice(position.take_profit_price) : ''}
        </Box>
      </TableCell>
      <TableCell>
        <Protected position={position} />
      </TableCell>
      <TableCell align="right">{isOpen && <CloseButton position={position} onPress={onClose} />}</TableCell>
    </OpenableRow>
  );
}

export function PositionListTable(props: PositionListProps) {
  const { positions, state, ordering, onOrder } = props;
  const order = { ordering, onOrder, firstDescending: true } as const;
  return (
    <Box sx={{ overflowX: 'auto' }}>
      <Table size="small" aria-label="Positions">
        <TableHead>
          <TableRow>
            <SortHeader field="symbol" ordering={ordering} onOrder={onOrder}>
              Symbol, bot
            </SortHeader>
            <SortHeader field={state === 'closed' ? 'closed_at' : 'opened_at'} {...order}>
              {`${state === 'closed' ? 'Opened, closed' : 'Opened'} ${zoneLabel()}`}
            </SortHeader>
            <SortHeader field="quantity" align="right" {...order}>
              Qty
            </SortHeader>
            <TableCell align="right">Last, entry</TableCell>
            <SortHeader field="cost" align="right" {...order}>
              Value, cost
            </SortHeader>
            <SortHeader field="unrealized_pnl" align="right" {...order}>
              Open P&L
            </SortHeader>
            <SortHeader field="realized_pnl" align="right" {...order}>
              Realised
            </SortHeader>
            <TableCell align="right">Stop, target</TableCell>
            <TableCell>Protection</TableCell>
            <TableCell align="right">Action</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {positions.map((position) => (
            <Row key={position.id} {...props} position={position} />
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}
