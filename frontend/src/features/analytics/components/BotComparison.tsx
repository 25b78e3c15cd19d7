import { Box, Link as MuiLink, Table, TableBody, TableCell, TableHead, TableRow } from '@mui/material';
import { Link } from 'react-router';
import { paths } from '@/app/paths';
import { EmptyState } from '@/components/common/EmptyState';
import { Pnl } from '@/components/common/Pnl';
import { RankPlot } from '@/components/plots/RankPlot';
import {
  formatInteger,
  formatMoney,
  formatPercent,
  formatRatio,
  formatSignedMoney,
  formatSignedPercent,
  formatWholeMoney,
} from '@/lib/format';
import type { BotPerformance } from '@/types/domain';
import { ChartAndTable } from './ChartAndTable';

interface Props {
  bots: readonly BotPerformance[];
  /** Bots that have a page; one that was archived has results, but no page any more. */
  existing: ReadonlySet<number>;
}

export function BotComparison({ bots, existing }: Props) {
  if (bots.length === 0)
    return <EmptyState title="No bots in this range" hint="A bot that trades appears here." />;
  const words = bots.map(({ name, pnl }) => `${name} ${formatSignedMoney(pnl)}`).join(', ');
  return (
    <ChartAndTable>
      <RankPlot
        label={`P&L by bot: ${words}`}
        points={bots.map(({ name, pnl, trades }) => ({ name, value: Number(pnl), trades }))}
      />
      <Box role="region" aria-label="Bots, scrollable" tabIndex={0} sx={{ overflowX: 'auto' }}>
        <Table size="small" aria-label="Bots compared">
          <TableHead>
            <TableRow>
              <TableCell>Bot</TableCell>
              <TableCell align="right">P&amp;L</TableCell>
              <TableCell align="right">Return</TableCell>
              <TableCell align="right">Win rate</TableCell>
              <TableCell align="right">Profit factor</TableCell>
              <TableCell align="right">Max drawdown</TableCell>
              <TableCell align="right">Sharpe</TableCell>
              <TableCell align="right">Trades</TableCell>
              <TableCell align="right">Closed</TableCell>
              <TableCell align="right">Capital</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {bots.map((bot) => (
              <TableRow key={bot.bot} data-testid="bot-performance" hover>
                <TableCell sx={{ maxWidth: 180, overflow: 'hidden', textOverflow: 'ellipsis' }}>
                  {existing.has(bot.bot) ? (
                    <MuiLink
                      component={Link}
                      to={paths.bot.href(bot.bot)}
                      color="textPrimary"
                      underline="hover"
                    >
                      {bot.name}
                    </MuiLink>
                  ) : (
                    bot.name
                  )}
                </TableCell>
                <TableCell align="right">
                  <Pnl amount={bot.pnl} />
                </TableCell>
                <TableCell align="right">{formatSignedPercent(bot.return_pct)}</TableCell>
                <TableCell align="right">{formatPercent(bot.win_rate)}</TableCell>
                <TableCell align="right">{formatRatio(bot.profit_factor)}</TableCell>
                <TableCell align="right">{formatMoney(bot.max_drawdown)}</TableCell>
                <TableCell align="right">{formatRatio(bot.sharpe)}</TableCell>
                <TableCell align="right">{formatInteger(bot.trades)}</TableCell>
                <TableCell align="right">{formatInteger(bot.closed_positions)}</TableCell>
                <TableCell align="right">{formatWholeMoney(bot.capital)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Box>
    </ChartAndTable>
  );
}
