import { Box, Link as MuiLink, Table, TableBody, TableCell, TableHead, TableRow } from '@mui/material';
import { Link } from 'react-router';
import { paths } from '@/app/paths';
import { EmptyState } from '@/components/common/EmptyState';
import { Pnl } from '@/components/common/Pnl';
import { RankPlot } from '@/components/plots/RankPlot';
import { formatInteger, formatMoney, formatPercent, formatSignedMoney, NOTHING } from '@/lib/format';
import type { SymbolPerformance } from '@/types/domain';
import { ChartAndTable } from './ChartAndTable';

const MOST_DRAWN = 12;

export function SymbolBreakdown({ symbols }: { symbols: readonly SymbolPerformance[] }) {
  if (symbols.length === 0) {
    return <EmptyState title="No symbols in this range" hint="A symbol that was traded appears here." />;
  }
  const drawn = symbols.slice(0, MOST_DRAWN);
  const words = drawn.map(({ symbol, pnl }) => `${symbol} ${formatSignedMoney(pnl)}`).join(', ');
  return (
    <ChartAndTable>
      <RankPlot
        label={`P&L by symbol: ${words}`}
        points={drawn.map(({ symbol, pnl, trades }) => ({ name: symbol, value: Number(pnl), trades }))}
      />
      <Box role="region" aria-label="Symbols, scrollable" tabIndex={0} sx={{ overflowX: 'auto' }}>
        <Table size="small" aria-label="Symbols compared">
          <TableHead>
            <TableRow>
              <TableCell>Symbol</TableCell>
              <TableCell align="right">P&amp;L</TableCell>
              <TableCell align="right">Expectancy</TableCell>
              <TableCell align="right">Win rate</TableCell>
              <TableCell align="right">Trades</TableCell>
              <TableCell align="right">Closed</TableCell>
              <TableCell align="right">Traded</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {symbols.map((each) => (
              <TableRow key={each.symbol} data-testid="symbol-performance" hover>
                <TableCell>
                  <MuiLink
                    component={Link}
                    to={paths.trades.href({ symbol: each.symbol })}
                    aria-label={`Trades of ${each.symbol}`}
                    color="textPrimary"
                    underline="hover"
                    sx={{ fontWeight: 600 }}
                  >
                    {each.symbol}
                  </MuiLink>
                </TableCell>
                <TableCell align="right">
                  <Pnl amount={each.pnl} />
                </TableCell>
                <TableCell align="right">
                  {each.average_pnl === null ? NOTHING : <Pnl amount={each.average_pnl} />}
                </TableCell>
                <TableCell align="right">{formatPercent(each.win_rate)}</TableCell>
                <TableCell align="right">{formatInteger(each.trades)}</TableCell>
                <TableCell align="right">{formatInteger(each.closed_positions)}</TableCell>
                <TableCell align="right">{formatMoney(each.volume)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Box>
    </ChartAndTable>
  );
}
