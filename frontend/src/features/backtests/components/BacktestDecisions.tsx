import { Table, TableBody, TableCell, TableHead, TableRow } from '@mui/material';
import { Panel } from '@/components/common/Panel';
import { formatInteger } from '@/lib/format';
import type { BacktestReport } from '@/types/domain';

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
