import {
  Box,
  Link as MuiLink,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
  Typography,
} from '@mui/material';
import { Link, useNavigate } from 'react-router';
import { paths } from '@/app/paths';
import { OpenableRow } from '@/components/common/OpenableRow';
import { Pnl } from '@/components/common/Pnl';
import { formatInteger, formatLocalDateTime, NOTHING } from '@/lib/format';
import type { Backtest } from '@/types/domain';
import { BacktestState } from './BacktestState';

/** With their year: backtests go far back. */
function days({ from, to }: Backtest): string {
  return from === to ? from : `${from} – ${to}`;
}

function outcome(each: Backtest) {
  if (each.net_profit === null) return NOTHING;
  return (
    <Pnl amount={each.net_profit} fraction={each.total_return === null ? null : String(each.total_return)} />
  );
}

export function BacktestTable({ rows }: { rows: readonly Backtest[] }) {
  const navigate = useNavigate();
  return (
    <Box role="region" aria-label="Backtests, scrollable" tabIndex={0} sx={{ overflowX: 'auto' }}>
      <Table size="small" aria-label="Backtests">
        <TableHead>
          <TableRow>
            <TableCell>Backtest</TableCell>
            <TableCell>Days</TableCell>
            <TableCell>Symbols</TableCell>
            <TableCell>State</TableCell>
            <TableCell align="right">Result</TableCell>
            <TableCell align="right">Closed</TableCell>
            <TableCell>Asked for</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map((each) => (
            <OpenableRow
              key={each.id}
              data-testid="backtest"
              onOpen={() => {
                void navigate(paths.backtest.href(each.id));
              }}
            >
              <TableCell>
                <MuiLink
                  component={Link}
                  to={paths.backtest.href(each.id)}
                  color="textPrimary"
                  underline="hover"
                  sx={{ fontWeight: 600 }}
                >
                  {each.name}
                </MuiLink>
              </TableCell>
              <TableCell sx={{ whiteSpace: 'nowrap' }}>{days(each)}</TableCell>
              <TableCell sx={{ maxWidth: 220 }}>
                <Typography variant="body2" noWrap title={each.symbols.join(', ')}>
                  {each.symbols.join(', ')} · {each.timeframe}
                </Typography>
              </TableCell>
              <TableCell>
                <BacktestState backtest={each} />
              </TableCell>
              <TableCell align="right">{outcome(each)}</TableCell>
              <TableCell align="right">
                {each.closed_positions === null ? NOTHING : formatInteger(each.closed_positions)}
              </TableCell>
              <TableCell sx={{ whiteSpace: 'nowrap' }}>
                {formatLocalDateTime(each.created_at)} · {each.asked_by}
              </TableCell>
            </OpenableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}

/** The same on a phone: one below the other. */
export function BacktestCards({ rows }: { rows: readonly Backtest[] }) {
  return (
    <Box component="ul" aria-label="Backtests" sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {rows.map((each) => (
        <Box
          component="li"
          key={each.id}
          data-testid="backtest"
          sx={{ display: 'grid', gap: 0.25, px: 1.5, py: 1, borderTop: 1, borderColor: 'divider' }}
        >
          <Box sx={{ display: 'flex', gap: 1, alignItems: 'baseline', justifyContent: 'space-between' }}>
            <MuiLink
              component={Link}
              to={paths.backtest.href(each.id)}
              color="textPrimary"
              underline="hover"
              sx={{ fontWeight: 600, minWidth: 0, overflowWrap: 'anywhere' }}
            >
              {each.name}
            </MuiLink>
            <span>{outcome(each)}</span>
          </Box>
          <Typography variant="body2" color="textSecondary">
            {days(each)} · {each.symbols.join(', ')} · {each.timeframe}
          </Typography>
          <BacktestState backtest={each} />
        </Box>
      ))}
    </Box>
  );
}
