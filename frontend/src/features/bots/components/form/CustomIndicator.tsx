import { Autocomplete, Box, TextField, Typography } from '@mui/material';
import { useController, useWatch } from 'react-hook-form';
import type { BotDraft } from './draft';
import { FieldGrid } from './FieldGrid';
import { useBotForm, useDraft } from './formContext';
import { functionOf } from './indicatorDraft';
import { withFunction } from './indicatorName';
import { IndicatorText } from './IndicatorText';
import { ParameterInput } from './ParameterInput';

function FunctionPicker({ index }: { index: number }) {
  const { catalogue, readOnly } = useBotForm();
  const { getValues, setValue, trigger } = useDraft();
  const { field, fieldState } = useController<BotDraft, `indicators.${number}.pandasTa`>({
    name: `indicators.${index}.pandasTa`,
  });
  const { functions } = catalogue.custom;
  return (
    <Autocomplete
      size="small"
      disableClearable
      readOnly={readOnly !== null}
      options={functions.map(({ name }) => name)}
      groupBy={(name) => functionOf(name, catalogue)?.group ?? ''}
      getOptionLabel={(name) => {
        const title = functionOf(name, catalogue)?.title;
        return title ? `${name} · ${title}` : name;
      }}
      // A function the catalogue does not know is shown, and the server's to refuse.
      isOptionEqualToValue={(option, value) => option === value}
      value={field.value}
      onBlur={field.onBlur}
      onChange={(_, name) => {
        const all = getValues('indicators');
        const draft = all[index];
        if (!draft) return;
        const others = all.filter((_each, place) => place !== index);
        const changed = withFunction(draft, name, others, catalogue);
        field.onChange(name);
        for (const part of ['name', 'params', 'buy', 'sell'] as const) {
          setValue(`indicators.${index}.${part}`, changed[part], { shouldDirty: true });
        }
        // A rule for the columns of the function before is named as broken at once.
        if (changed.buy || changed.sell)
          void trigger([`indicators.${index}.buy`, `indicators.${index}.sell`]);
      }}
      renderInput={(params) => (
        <TextField
          {...params}
          inputRef={field.ref}
          label="Function"
          error={fieldState.invalid}
          helperText={fieldState.error?.message ?? `One of ${functions.length} of pandas-ta`}
        />
      )}
    />
  );
}

/** A function of pandas-ta under a name of one's own, with rules for its columns. */
export function CustomIndicator({ index }: { index: number }) {
  const { catalogue } = useBotForm();
  const draft = useWatch<BotDraft, `indicators.${number}`>({ name: `indicators.${index}` });
  const outputs = functionOf(draft.pandasTa, catalogue)?.outputs ?? [];
  return (
    <>
      <FieldGrid>
        <IndicatorText
          name={`indicators.${index}.name`}
          label="Name"
          help="As decisions call it; follows the function until you type one"
        />
        <FunctionPicker index={index} />
        {Object.keys(draft.params).map((name) => (
          <ParameterInput key={name} index={index} name={name} property={undefined} />
        ))}
      </FieldGrid>
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0,1fr)', sm: '1fr 1fr' } }}>
        <IndicatorText
          name={`indicators.${index}.buy`}
          label="Votes buy when"
          help="Empty: it never votes to buy"
          monospace
        />
        <IndicatorText
          name={`indicators.${index}.sell`}
          label="Votes sell when"
          help="Empty: it never votes to sell"
          monospace
        />
      </Box>
      <Typography variant="caption" color="textSecondary" sx={{ overflowWrap: 'anywhere' }}>
        Columns with the default parameters:{' '}
        {[...outputs, 'open', 'high', 'low', 'close', 'volume'].join(', ')}. Rules compare them with numbers
        and with each other: + − * / ( ) {'<'} {'<='} {'>'} {'>='} and, or, not, crosses_above(a, b),
        crosses_below(a, b).
      </Typography>
    </>
  );
}
