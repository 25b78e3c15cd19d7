import { Box, Table, TableBody, TableCell, TableHead, TableRow } from '@mui/material';
import { ShownTime } from '@/components/common/ShownTime';
import { useMarketDay } from '@/hooks/useMarket';
import { formatPrice, formatQuantity } from '@/lib/format';
import { zoneLabel } from '@/lib/zone';
import type { Execution } from '@/types/domain';

export function ExecutionTable({ executions }: { executions: readonly Execution[] }) {
  const today = useMarketDay();
  return (
    <Box sx={{ overflowX: 'auto' }}>
      <Table size="small" aria-label="Fills">
        <TableHead>
          <TableRow>
            <TableCell>{`Time ${zoneLabel()}`}</TableCell>
            <TableCell align="right">Qty</TableCell>
            <TableCell align="right">Price</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {executions.map(({ id, at, quantity, price }) => (
            <TableRow key={id}>
              <TableCell>
                <ShownTime value={at} today={today} />
              </TableCell>
              <TableCell align="right">{formatQuantity(quantity)}</TableCell>
              <TableCell align="right">{formatPrice(price)}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}
