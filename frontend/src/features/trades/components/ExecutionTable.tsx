import { Box, Table, TableBody, TableCell, TableHead, TableRow } from '@mui/material';
import { TimeEt } from '@/components/common/TimeEt';
import { useMarketDay } from '@/hooks/useMarket';
import { formatPrice, formatQuantity } from '@/lib/format';
import type { Execution } from '@/types/domain';

export function ExecutionTable({ executions }: { executions: readonly Execution[] }) {
  const today = useMarketDay();
  return (
    <Box sx={{ overflowX: 'auto' }}>
      <Table size="small" aria-label="Fills">
        <TableHead>
          <TableRow>
            <TableCell>Time ET</TableCell>
            <TableCell align="right">Qty</TableCell>
            <TableCell align="right">Price</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {executions.map(({ id, at, quantity, price }) => (
            <TableRow key={id}>
              <TableCell>
                <TimeEt value={at} today={today} />
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
