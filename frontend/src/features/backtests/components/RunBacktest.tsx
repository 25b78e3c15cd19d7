import PlayIcon from '@mui/icons-material/PlayArrowOutlined';
import { Alert, Box, Button, Checkbox, FormControlLabel, MenuItem, TextField } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';
import { useNavigate } from 'react-router';
import { paths } from '@/app/paths';
import { ActionButton } from '@/components/common/ActionButton';
import { Panel } from '@/components/common/Panel';
import { useAskBacktest, type BacktestWanted } from '@/features/backtests/api/backtests';
import { botsOptions } from '@/features/bots/api/bots';
import { useActionBlock } from '@/hooks/useSession';
import { describeAct } from '@/lib/acts';
import { ApiError } from '@/lib/errors';

interface Props {
  /** The bot to begin with. */
  bot: number | null;
  /** The New York day of the market, YYYY-MM-DD. */
  today: string;
}

// Costs as they are written: dollars, or per cent of what the API takes as a fraction.
const COSTS = {
  commission_per_order: { label: 'Commission an order, $', percent: false },
  slippage: { label: 'Slippage, %', percent: true },
  commission_per_share: { label: 'Commission a share, $', percent: false },
  commission_fraction: { label: 'Commission, % of the value', percent: true },
  commission_minimum: { label: 'Least commission an order, $', percent: false },
  spread: { label: 'Spread, %', percent: true },
  volume_cap: { label: 'At most of a bar’s volume, %', percent: true },
} as const;
const LABELS: Record<string, string> = {
  bot: 'Bot',
  from: 'First day',
  to: 'Last day',
  ...Object.fromEntries(Object.entries(COSTS).map(([name, { label }]) => [name, label])),
};
type Cost = keyof typeof COSTS;
const COST_NAMES = Object.keys(COSTS) as Cost[];
const MORE = COST_NAMES.slice(2);

const FIELD = { minWidth: 132, flex: '1 1 132px' } as const;

function daysBefore(day: string, count: number): string {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() - count);
  return date.toISOString().slice(0, 10);
}

/** Per cent as people write them, as the fraction the API takes. */
function fraction(percent: string): string {
  return percent.trim() === '' ? '' : String(Number((Number(percent) / 100).toFixed(8)));
}

/** Ask for one: which bot, which days, at what cost. */
export function RunBacktest({ bot, today }: Props) {
  const bots = useQuery(botsOptions()).data?.results ?? [];
  const block = useActionBlock();
  const navigate = useNavigate();
  const ask = useAskBacktest();
  // Only what was changed: the bots may come later.
  const [changed, setChanged] = useState<Partial<BacktestWanted>>({});
  const shown: BacktestWanted = {
    bot: bot ?? bots[0]?.id ?? 0,
    from: daysBefore(today, 8),
    to: daysBefore(today, 1),
    commission_per_order: '',
    slippage: '',
    ...changed,
  };
  const [more, setMore] = useState(false);
  const set = (change: Partial<BacktestWanted>) => {
    setChanged((before) => ({ ...before, ...change }));
  };
  const fields = ask.error instanceof ApiError ? ask.error.fields : [];
  const wrong = (name: string) => fields.find(({ field }) => field === name)?.message;
  const known = new Set(['bot', 'from', 'to', ...(more ? COST_NAMES : COST_NAMES.slice(0, 2))]);
  const elsewhere = ask.error && (fields.length === 0 || !fields.every(({ field }) => known.has(field)));
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (block !== null || shown.bot === 0) return;
    const fractions = COST_NAMES.flatMap((name) => {
      const value = shown[name];
      return COSTS[name].percent && value !== undefined ? [[name, fraction(value)]] : [];
    });
    ask.mutate(
      { ...shown, ...(Object.fromEntries(fractions) as Partial<BacktestWanted>) },
      { onSuccess: ({ id }) => void navigate(paths.backtest.href(id)) },
    );
  };
  const input = (name: 'from' | 'to' | Cost, label: string, type: string) => (
    <TextField
      key={name}
      size="small"
      label={label}
      type={type}
      value={shown[name] ?? ''}
      error={wrong(name) !== undefined}
      helperText={wrong(name)}
      onChange={({ target }) => {
        set({ [name]: target.value });
      }}
      sx={FIELD}
      slotProps={{
        inputLabel: { shrink: true },
        htmlInput: type === 'number' ? { step: 'any', min: 0 } : {},
      }}
    />
  );
  return (
    <Panel title="Run a backtest">
      <Box
        component="form"
        aria-label="Run a backtest"
        noValidate
        onSubmit={submit}
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          alignItems: 'flex-start',
          gap: 1.5,
          px: 1.5,
          pb: 1.5,
          pt: 0.5,
        }}
      >
        <TextField
          select
          size="small"
          label="Bot"
          value={bots.some(({ id }) => id === shown.bot) ? shown.bot : ''}
          error={wrong('bot') !== undefined}
          helperText={wrong('bot')}
          onChange={({ target }) => {
            set({ bot: Number(target.value) });
          }}
          sx={{ ...FIELD, flex: '2 1 180px' }}
        >
          {bots.map(({ id, name }) => (
            <MenuItem key={id} value={id}>
              {name}
            </MenuItem>
          ))}
        </TextField>
        {input('from', 'First day', 'date')}
        {input('to', 'Last day', 'date')}
        {COST_NAMES.slice(0, 2).map((name) => input(name, COSTS[name].label, 'number'))}
        <Button
          onClick={() => {
            setMore(!more);
          }}
          aria-expanded={more}
          sx={{ minHeight: 40 }}
        >
          {more ? 'Fewer costs' : 'More costs'}
        </Button>
        {more && MORE.map((name) => input(name, COSTS[name].label, 'number'))}
        {more && (
          <FormControlLabel
            label="Slippage only within the bar’s range, none on stops"
            control={
              <Checkbox
                checked={shown.within_bar ?? false}
                onChange={(_, checked) => {
                  set({ within_bar: checked });
                }}
              />
            }
          />
        )}
        <ActionButton
          type="submit"
          variant="contained"
          startIcon={<PlayIcon />}
          disabledReason={block ?? (bots.length === 0 ? 'Create a bot first' : null)}
          pending={ask.isPending}
          sx={{ minHeight: 40 }}
        >
          Run
        </ActionButton>
        {elsewhere && (
          <Alert severity="error" variant="outlined" sx={{ width: '100%' }}>
            {describeAct(ask.error, 'runBacktest', LABELS)}
          </Alert>
        )}
      </Box>
    </Panel>
  );
}
