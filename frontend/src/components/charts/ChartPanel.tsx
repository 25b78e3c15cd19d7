import { Box, MenuItem, TextField, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useMemo } from 'react';
import { Panel } from '@/components/common/Panel';
import { AsOf, DimWhenStale } from '@/components/common/Stale';
import { timeframeWord } from '@/lib/timeframes';
import { TIMEFRAMES, type Bot, type Position } from '@/types/domain';
import { chartSymbols, type ChartChoice } from './chartChoice';
import { LastPrice } from './LastPrice';
import { positionLevels } from './positionLevels';
import { SymbolChart } from './SymbolChart';

interface Props {
  choice: ChartChoice;
  bots: readonly Bot[];
  positions: readonly Position[];
  onChoose: (change: Partial<Record<'symbol' | 'bot' | 'timeframe', string>>) => void;
}

function Selectors({ choice, bots, onChoose }: Omit<Props, 'positions'>) {
  const symbols = chartSymbols(bots);
  const options = symbols.includes(choice.symbol) ? symbols : [choice.symbol, ...symbols];
  const field = { '& .MuiSelect-select': { py: 0.5, fontSize: '0.8125rem' } };
  return (
    <>
      <TextField
        select
        size="small"
        value={choice.symbol}
        slotProps={{ select: { SelectDisplayProps: { 'aria-label': `Symbol ${choice.symbol}` } } }}
        sx={{ ...field, minWidth: 92 }}
        onChange={({ target }) => {
          const keepsBot = choice.bot?.symbols.includes(target.value) ?? false;
          onChoose({ symbol: target.value, bot: keepsBot ? String(choice.bot?.id) : '' });
        }}
      >
        {options.map((symbol) => (
          <MenuItem key={symbol} value={symbol}>
            {symbol}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        select
        size="small"
        value={choice.bot ? String(choice.bot.id) : 'none'}
        slotProps={{
          select: { SelectDisplayProps: { 'aria-label': `Indicators of ${choice.bot?.name ?? 'no bot'}` } },
        }}
        sx={{ ...field, minWidth: 130, maxWidth: 200 }}
        onChange={({ target }) => {
          const bot = bots.find(({ id }) => String(id) === target.value);
          const keepsSymbol = !bot || bot.symbols.includes(choice.symbol);
          onChoose({
            bot: target.value,
            symbol: keepsSymbol ? choice.symbol : (bot.symbols[0] ?? choice.symbol),
          });
        }}
      >
        <MenuItem value="none">No indicators</MenuItem>
        {bots.map((bot) => (
          <MenuItem key={bot.id} value={String(bot.id)}>
            {bot.name}
          </MenuItem>
        ))}
      </TextField>
      <ToggleButtonGroup
        exclusive
        size="small"
        aria-label="Timeframe"
        value={choice.timeframe}
        onChange={(_, value: string | null) => {
          if (value) onChoose({ timeframe: value });
        }}
      >
        {TIMEFRAMES.map((timeframe) => (
          <ToggleButton
            key={timeframe}
            value={timeframe}
            sx={{ py: 0.25, px: 1, textTransform: 'none', fontSize: '0.75rem' }}
          >
            {timeframeWord(timeframe)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </>
  );
}

export function ChartPanel({ choice, bots, positions, onChoose }: Props) {
  const { symbol, bot, timeframe } = choice;
  const levels = useMemo(
    () =>
      positionLevels(
        positions.filter((each) => each.symbol === symbol && (bot === null || each.bot === bot.id)),
      ),
    [positions, symbol, bot],
  );
  return (
    <Panel
      title="Price"
      note={
        <Box sx={{ display: 'flex', alignItems: 'baseline', gap: 1 }}>
          <DimWhenStale>
            <LastPrice symbol={symbol} timeframe={timeframe} overlay={bot?.id ?? null} />
          </DimWhenStale>
          <AsOf />
        </Box>
      }
      actions={<Selectors choice={choice} bots={bots} onChoose={onChoose} />}
    >
      <SymbolChart
        symbol={symbol}
        timeframe={timeframe}
        overlay={bot?.id ?? null}
        levels={levels}
        note={bot ? `with the indicators of ${bot.name}` : ''}
      />
    </Panel>
  );
}
