import { Box, MenuItem, Skeleton, TextField, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { Panel } from '@/components/common/Panel';
import { AsOf, DimWhenStale } from '@/components/common/Stale';
import { useLive } from '@/hooks/live';
import { keys } from '@/hooks/queries/keys';
import { barsOptions } from '@/hooks/queries/market';
import { formatPrice } from '@/lib/format';
import { TIMEFRAMES, type Bot, type Position } from '@/types/domain';
import { ChartCanvas } from './ChartCanvas';
import { chartSymbols, type ChartChoice } from './chartChoice';
import { CHART_HEIGHT } from './chartHeight';
import { ChartLegend } from './ChartLegend';
import { LastPrice } from './LastPrice';
import type { ChartLevel, ChartReading } from './PriceChart';

interface Props {
  choice: ChartChoice;
  bots: readonly Bot[];
  positions: readonly Position[];
  onChoose: (change: Partial<Record<'symbol' | 'bot' | 'timeframe', string>>) => void;
}

function levelsOf(positions: readonly Position[], { symbol, bot }: ChartChoice): ChartLevel[] {
  return positions
    .filter((position) => position.symbol === symbol && (bot === null || position.bot === bot.id))
    .flatMap((position) => [
      { kind: 'entry' as const, price: position.entry_price },
      { kind: 'stop' as const, price: position.stop_loss_price },
      { kind: 'target' as const, price: position.take_profit_price },
    ])
    .flatMap(({ kind, price }) => (price === null ? [] : [{ kind, price: Number(price) }]));
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
            {timeframe.replace('Min', 'm').replace('1Hour', '1h').replace('1Day', '1D')}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </>
  );
}

function ChartBody({ choice, positions }: Pick<Props, 'choice' | 'positions'>) {
  const client = useQueryClient();
  const { ready } = useLive();
  const [reading, setReading] = useState<ChartReading | null>(null);
  const { symbol, bot, timeframe } = choice;
  const botId = bot?.id ?? null;
  const { data, error, refetch } = useQuery({ ...barsOptions(symbol, timeframe, botId), enabled: ready });
  const minutes = useQuery({
    ...barsOptions(symbol, '1Min', null),
    enabled: ready && timeframe !== '1Min',
  }).data;
  const levels = useMemo(() => levelsOf(positions, choice), [positions, choice]);
  const readAgain = useCallback(
    (isBar: boolean) => {
      const queryKey = isBar ? keys.marketData : keys.bars(symbol, '1Min', null);
      void client.invalidateQueries({ queryKey });
    },
    [client, symbol],
  );
  const isOther = data !== undefined && data.symbol !== symbol;
  if (error && (!data || isOther)) {
    return <ErrorState title={`No prices for ${symbol}`} error={error} onRetry={() => void refetch()} />;
  }
  if (!data) {
    return (
      <Skeleton variant="rectangular" aria-label="Loading the chart" sx={{ height: CHART_HEIGHT, mt: 3 }} />
    );
  }
  if (data.bars.length === 0) {
    return (
      <EmptyState
        title={`No bars for ${symbol} yet`}
        hint="The first appears when a minute of trading is over."
      />
    );
  }
  return (
    <DimWhenStale whole>
      <ChartLegend reading={reading} timeframe={data.timeframe} />
      <ChartCanvas
        data={data}
        minutes={data.timeframe !== '1Min' && minutes?.symbol === data.symbol ? minutes.bars : null}
        levels={levels}
        label={`${data.symbol} ${data.timeframe} candles and volume${bot ? ` with the indicators of ${bot.name}` : ''}, last ${formatPrice(data.bars.at(-1)?.c)}`}
        onReading={setReading}
        onMinute={readAgain}
      />
    </DimWhenStale>
  );
}

export function ChartPanel({ choice, bots, positions, onChoose }: Props) {
  return (
    <Panel
      title="Price"
      note={
        <Box sx={{ display: 'flex', alignItems: 'baseline', gap: 1 }}>
          <DimWhenStale>
            <LastPrice symbol={choice.symbol} timeframe={choice.timeframe} bot={choice.bot?.id ?? null} />
          </DimWhenStale>
          <AsOf />
        </Box>
      }
      actions={<Selectors choice={choice} bots={bots} onChoose={onChoose} />}
    >
      <ChartBody choice={choice} positions={positions} />
    </Panel>
  );
}
