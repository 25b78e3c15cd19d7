import {
  FormControlLabel,
  Switch,
  Table,
  TableCell,
  TableHead,
  TableRow,
  Tooltip,
  Typography,
} from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ActionButton } from '@/components/common/ActionButton';
import { ErrorState } from '@/components/common/ErrorState';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { ScrollBox } from '@/components/common/ScrollBox';
import { ShownTime } from '@/components/common/ShownTime';
import { VirtualBody } from '@/components/common/VirtualBody';
import { workingOrdersOptions } from '@/features/trades/api/trades';
import { useMarketDay } from '@/hooks/useMarket';
import { useActionBlock } from '@/hooks/useSession';
import { formatPrice, formatQuantity } from '@/lib/format';
import { zoneLabel } from '@/lib/zone';
import type { WorkingOrder } from '@/types/domain';
import { CancelOrderDialog } from './CancelOrderDialog';
import { Side } from './TradeCells';
import { ORDER_STATE, TRADE_ROLE } from './tradeStatus';

/** Pixels, about. */
const ROW_HEIGHT = 41;

/** Orders that may still fill. Stops and targets are many and stay: they are shown when asked for. */
export function WorkingOrders() {
  const { data, error, refetch } = useQuery(workingOrdersOptions());
  const [all, setAll] = useState(false);
  const [asked, setAsked] = useState<number | null>(null);
  const orders = data?.results ?? [];
  const resting = orders.filter(({ role }) => role === 'stop' || role === 'target');
  const shown = all ? orders : orders.filter((order) => !resting.includes(order));
  // It may fill or end while the question is on screen.
  const cancelled = orders.find(({ id }) => id === asked);
  return (
    <Panel
      title="Working orders"
      note={
        data && (
          <Typography variant="caption" color="textSecondary">
            {`${orders.length - resting.length} on their way, ${resting.length} stops and targets rest`}
          </Typography>
        )
      }
      actions={
        <FormControlLabel
          control={
            <Switch
              size="small"
              checked={all}
              onChange={(_, checked) => {
                setAll(checked);
              }}
            />
          }
          slotProps={{ typography: { variant: 'body2' } }}
          label="Stops and targets, too"
        />
      }
    >
      {!data ? (
        error ? (
          <ErrorState title="The orders could not be read" error={error} onRetry={() => void refetch()} />
        ) : (
          <RowSkeleton rows={1} label="Loading orders" />
        )
      ) : shown.length === 0 ? (
        <Typography variant="body2" color="textSecondary" sx={{ px: 1.5, pb: 1.25, minHeight: 32 }}>
          {all ? 'No order is at the broker.' : 'No entry or exit is on its way.'}
        </Typography>
      ) : (
        <ScrollBox label="Working orders">
          <Rows
            orders={shown}
            onCancel={({ id }) => {
              setAsked(id);
            }}
          />
        </ScrollBox>
      )}
      {cancelled && !cancelled.cancelling && (
        <CancelOrderDialog
          key={cancelled.id}
          order={cancelled}
          onDone={() => {
            setAsked(null);
          }}
        />
      )}
    </Panel>
  );
}

interface RowsProps {
  orders: readonly WorkingOrder[];
  onCancel: (order: WorkingOrder) => void;
}

function Rows({ orders, onCancel }: RowsProps) {
  const today = useMarketDay();
  const block = useActionBlock();
  return (
    <Table size="small" aria-label="Working orders" aria-rowcount={orders.length + 1}>
      <TableHead>
        <TableRow>
          <TableCell>{`Decided ${zoneLabel()}`}</TableCell>
          <TableCell>Bot</TableCell>
          <TableCell>Symbol</TableCell>
          <TableCell>Side</TableCell>
          <TableCell>Kind</TableCell>
          <TableCell align="right">Filled of</TableCell>
          <TableCell align="right">Stop</TableCell>
          <TableCell align="right">Limit</TableCell>
          <TableCell>State</TableCell>
          <TableCell>Action</TableCell>
        </TableRow>
      </TableHead>
      <VirtualBody rows={orders} rowHeight={ROW_HEIGHT} columns={10}>
        {(order) => (
          <TableRow key={order.id} hover data-testid="working-order" data-role={order.role}>
            <TableCell>
              <ShownTime value={order.timestamp} today={today} />
            </TableCell>
            <TableCell>{order.bot_name}</TableCell>
            <TableCell sx={{ fontWeight: 650 }}>{order.symbol}</TableCell>
            <TableCell>
              <Side trade={order} />
            </TableCell>
            <TableCell>{TRADE_ROLE[order.role]}</TableCell>
            <TableCell align="right">
              {`${formatQuantity(order.filled_quantity)} / ${formatQuantity(order.quantity)}`}
            </TableCell>
            <TableCell align="right">{formatPrice(order.stop_price)}</TableCell>
            <TableCell align="right">{formatPrice(order.limit_price)}</TableCell>
            <TableCell>
              <Tooltip title={order.reason}>
                <span>{order.cancelling ? 'Being cancelled' : ORDER_STATE[order.state]}</span>
              </Tooltip>
            </TableCell>
            <TableCell>
              <ActionButton
                size="small"
                variant="outlined"
                color="inherit"
                aria-label={`Cancel the ${order.role} of ${order.symbol} of ${order.bot_name}`}
                pending={order.cancelling}
                disabledReason={order.stays || block}
                onClick={() => {
                  onCancel(order);
                }}
              >
                Cancel
              </ActionButton>
            </TableCell>
          </TableRow>
        )}
      </VirtualBody>
    </Table>
  );
}
