import { Alert, Box, MenuItem, TextField, Typography } from '@mui/material';
import { useState } from 'react';
import { useWatch } from 'react-hook-form';
import { SMALL_CHART_HEIGHT } from '@/components/charts/chartHeight';
import { SymbolChart } from '@/components/charts/SymbolChart';
import { EmptyState } from '@/components/common/EmptyState';
import { Panel } from '@/components/common/Panel';
import type { IndicatorChoice } from '@/hooks/queries/market';
import { useDebounced } from '@/hooks/useDebounced';
import { useLiveSymbols } from '@/hooks/useLiveSymbols';
import { describeError } from '@/lib/errors';
import { TIMEFRAMES, type Timeframe } from '@/types/domain';
import type { BotDraft } from './draft';
import { useBotForm } from './formContext';
import { drawable } from './drawable';

const TYPING_MS = 600;

function isTimeframe(value: string | undefined): value is Timeframe {
  return TIMEFRAMES.includes(value as Timeframe);
}

/** What the chosen indicators look like on a symbol of the bot, with live prices. */
export function PreviewPanel() {
  const { catalogue } = useBotForm();
  const draft = useWatch<BotDraft>() as BotDraft;
  const [chosen, setChosen] = useState<string | null>(null);
  const { symbols } = draft;
  const symbol = chosen !== null && symbols.includes(chosen) ? chosen : symbols[0];
  const asked = draft.fields.timeframe;
  const timeframe = isTimeframe(asked) ? asked : '1Min';
  const { indicators, left } = drawable(draft, catalogue);
  const settled = useDebounced(JSON.stringify(indicators), TYPING_MS);
  useLiveSymbols(symbol ? [symbol] : []);
  const overlay = settled === '{}' ? null : (JSON.parse(settled) as IndicatorChoice);
  return (
    <Panel
      title="Preview"
      note={
        <Typography variant="caption" color="textSecondary">
          {timeframe}
        </Typography>
      }
      actions={
        symbols.length > 1 && symbol ? (
          <TextField
            select
            size="small"
            value={symbol}
            slotProps={{ select: { SelectDisplayProps: { 'aria-label': `Preview of ${symbol}` } } }}
            sx={{ minWidth: 92, '& .MuiSelect-select': { py: 0.5, fontSize: '0.8125rem' } }}
            onChange={({ target }) => {
              setChosen(target.value);
            }}
          >
            {symbols.map((each) => (
              <MenuItem key={each} value={each}>
                {each}
              </MenuItem>
            ))}
          </TextField>
        ) : (
          symbol && <Box sx={{ fontWeight: 650, fontSize: '0.8125rem' }}>{symbol}</Box>
        )
      }
    >
      {symbol ? (
        <SymbolChart
          symbol={symbol}
          timeframe={timeframe}
          overlay={overlay}
          levels={NO_LEVELS}
          note={overlay ? `with ${Object.keys(overlay).join(', ')}` : ''}
          height={SMALL_CHART_HEIGHT}
          fault={(error) => (
            <Alert severity="warning" variant="outlined" sx={{ m: 1.5 }}>
              The preview cannot be drawn: {describeError(error)}
            </Alert>
          )}
        />
      ) : (
        <EmptyState title="Nothing to preview yet" hint="Choose a symbol, and its chart is drawn here." />
      )}
      {left.length > 0 && (
        <Typography variant="caption" color="textSecondary" sx={{ px: 1.5, pb: 1 }}>
          Not drawn: {left.join(', ')}
        </Typography>
      )}
    </Panel>
  );
}

const NO_LEVELS = [] as const;
