import { MenuItem, TextField } from '@mui/material';
import { useMemo } from 'react';
import { LastPrice } from '@/components/charts/LastPrice';
import { positionLevels } from '@/components/charts/positionLevels';
import { SymbolChart } from '@/components/charts/SymbolChart';
import { Panel } from '@/components/common/Panel';
import { AsOf, DimWhenStale } from '@/components/common/Stale';
import type { Bot, Position } from '@/types/domain';

interface Props {
  bot: Bot;
  symbol: string;
  positions: readonly Position[];
  onSymbol: (symbol: string) => void;
}

/** One of the bot's symbols in its own timeframe, with its indicators and what it holds. */
export function BotChart({ bot, symbol, positions, onSymbol }: Props) {
  const levels = useMemo(
    () => positionLevels(positions.filter((position) => position.symbol === symbol)),
    [positions, symbol],
  );
  const symbols = bot.symbols.includes(symbol) ? bot.symbols : [symbol, ...bot.symbols];
  return (
    <Panel
      title="Price"
      note={
        <>
          <DimWhenStale>
            <LastPrice symbol={symbol} timeframe={bot.timeframe} overlay={bot.id} />
          </DimWhenStale>
          <AsOf />
        </>
      }
      actions={
        <TextField
          select
          size="small"
          value={symbol}
          slotProps={{ select: { SelectDisplayProps: { 'aria-label': `Symbol ${symbol}` } } }}
          sx={{ minWidth: 92, '& .MuiSelect-select': { py: 0.5, fontSize: '0.8125rem' } }}
          onChange={({ target }) => {
            onSymbol(target.value);
          }}
        >
          {symbols.map((each) => (
            <MenuItem key={each} value={each}>
              {each}
            </MenuItem>
          ))}
        </TextField>
      }
    >
      <SymbolChart
        symbol={symbol}
        timeframe={bot.timeframe}
        overlay={bot.id}
        levels={levels}
        note={`with the indicators of ${bot.name}`}
      />
    </Panel>
  );
}
