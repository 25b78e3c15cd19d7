import {
  Box,
  Checkbox,
  Link as MuiLink,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
} from '@mui/material';
import { Link, useNavigate } from 'react-router';
import { paths } from '@/app/paths';
import { OpenableRow } from '@/components/common/OpenableRow';
import { Pnl } from '@/components/common/Pnl';
import { SortHeader } from '@/components/common/SortHeader';
import { formatPercent, formatWholeMoney } from '@/lib/format';
import { haltOf } from '@/features/halts/api/halts';
import type { Bot, Halt } from '@/types/domain';
import { BotActions } from './BotActions';
import { BotStatusChip, HaltChip, LastDecision, NextTick, StatusReason } from './BotFacts';
import { BotMenu } from './BotMenu';
import { windowText } from './botWindow';
import type { Selection } from './useSelection';

interface Props {
  bots: readonly Bot[];
  halts: readonly Halt[] | undefined;
  ordering: string;
  onOrder: (ordering: string) => void;
  selection: Selection;
}

const second = { color: 'text.secondary', fontSize: '0.75rem', display: 'block' } as const;

function symbolsText(symbols: readonly string[]): string {
  return symbols.length <= 4 ? symbols.join(' ') : `${symbols.slice(0, 3).join(' ')} +${symbols.length - 3}`;
}

export function BotTable({ bots, halts, ordering, onOrder, selection }: Props) {
  const navigate = useNavigate();
  const order = { ordering, onOrder };
  const figure = { ...order, align: 'right', firstDescending: true } as const;
  const chosenHere = bots.filter(({ id }) => selection.has(id)).length;
  return (
    <Box sx={{ overflowX: 'auto' }}>
      <Table size="small" aria-label="Bots">
        <TableHead>
          <TableRow>
            <TableCell padding="checkbox">
              <Checkbox
                size="small"
                checked={chosenHere === bots.length}
                indeterminate={chosenHere > 0 && chosenHere < bots.length}
                onChange={(_, checked) => {
                  selection.set(
                    bots.map(({ id }) => id),
                    checked,
                  );
                }}
                slotProps={{ input: { 'aria-label': 'Choose every bot on this page' } }}
              />
            </TableCell>
            <SortHeader field="name" {...order}>
              Bot
            </SortHeader>
            <SortHeader field="status" {...order}>
              Status
            </SortHeader>
            <SortHeader field="today" {...figure}>
              P&L today
            </SortHeader>
            <SortHeader field="total_pnl" {...figure}>
              P&L total
            </SortHeader>
            <SortHeader field="open_positions" {...figure}>
              Positions
            </SortHeader>
            <SortHeader field="win_rate" {...figure}>
              Win rate
            </SortHeader>
            <SortHeader field="capital" {...figure}>
              Capital
            </SortHeader>
            <TableCell align="right">Next tick</TableCell>
            <TableCell>Last decision</TableCell>
            <TableCell>Actions</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {bots.map((bot) => {
            const halt = haltOf(halts, bot.id);
            return (
              <OpenableRow
                key={bot.id}
                data-testid="bot-row"
                data-bot-id={bot.id}
                data-status={bot.status}
                onOpen={() => {
                  void navigate(paths.bot.href(bot.id));
                }}
                selected={selection.has(bot.id)}
                sx={{
                  '& td': { verticalAlign: 'top', py: 1 },
                  '& td.MuiTableCell-paddingCheckbox': { py: 0.25 },
                }}
              >
                <TableCell padding="checkbox">
                  <Checkbox
                    size="small"
                    checked={selection.has(bot.id)}
                    onChange={(_, checked) => {
                      selection.set([bot.id], checked);
                    }}
                    slotProps={{ input: { 'aria-label': `Choose ${bot.name}` } }}
                  />
                </TableCell>
                <TableCell component="td" sx={{ minWidth: 170, maxWidth: 240, whiteSpace: 'normal' }}>
                  <MuiLink
                    component={Link}
                    to={paths.bot.href(bot.id)}
                    color="textPrimary"
                    underline="hover"
                    sx={{ fontWeight: 650, overflowWrap: 'anywhere' }}
                  >
                    {bot.name}
                  </MuiLink>
                  <Box component="span" sx={second}>
                    {symbolsText(bot.symbols)}
                  </Box>
                  <Box component="span" sx={second}>
                    {[bot.timeframe, windowText(bot)].join(' · ')}
                  </Box>
                </TableCell>
                <TableCell sx={{ maxWidth: 200, whiteSpace: 'normal' }}>
                  <BotStatusChip bot={bot} bare /> <HaltChip halt={halt} />
                  <StatusReason bot={bot} />
                </TableCell>
                <TableCell align="right">
                  <Pnl amount={bot.today.pnl} />
                </TableCell>
                <TableCell align="right">
                  <Pnl amount={bot.total_pnl} />
                </TableCell>
                <TableCell align="right">{`${bot.open_positions} / ${bot.risk_management.max_positions}`}</TableCell>
                <TableCell align="right">{formatPercent(bot.win_rate)}</TableCell>
                <TableCell align="right">{formatWholeMoney(bot.capital)}</TableCell>
                <TableCell align="right">
                  <NextTick bot={bot} />
                </TableCell>
                <TableCell sx={{ whiteSpace: 'normal', minWidth: 220 }}>
                  {/* All of it stands on the page of the bot: hundreds of rows stay rows. */}
                  <Box
                    sx={{
                      display: '-webkit-box',
                      WebkitLineClamp: 3,
                      WebkitBoxOrient: 'vertical',
                      overflow: 'hidden',
                    }}
                  >
                    <LastDecision bot={bot} />
                  </Box>
                </TableCell>
                <TableCell>
                  <Box sx={{ display: 'flex', gap: 0.5, alignItems: 'center' }}>
                    <BotActions bot={bot} />
                    <BotMenu bot={bot} halt={halt} />
                  </Box>
                </TableCell>
              </OpenableRow>
            );
          })}
        </TableBody>
      </Table>
    </Box>
  );
}
