import { MenuItem, TextField } from '@mui/material';
import { useController } from 'react-hook-form';
import type { IndicatorParameter } from '@/types/domain';
import type { BotDraft } from './draft';
import { useBotForm } from './formContext';
import { boundsText } from './numberProblem';

interface Props {
  index: number;
  name: string;
  /** Undefined for a parameter the indicator does not have, or of a function whose ranges are not known. */
  property: IndicatorParameter | undefined;
}

function helpOf(property: IndicatorParameter | undefined): string {
  if (!property) return '';
  const range = boundsText(property).replace(/^between (.*) and /, '$1 to ');
  const standard = property.default === null ? '' : `default ${String(property.default)}`;
  const notes = [range, standard, property.nullable ? 'empty: none' : ''].filter(Boolean).join(', ');
  return [property.description, notes && `(${notes})`].filter(Boolean).join(' ');
}

export function ParameterInput({ index, name, property }: Props) {
  const { readOnly } = useBotForm();
  const path = `indicators.${index}.params.${name}` as const;
  const { field, fieldState } = useController<BotDraft, `indicators.${number}.params.${string}`>({
    name: path,
  });
  const choices = property?.type === 'boolean' ? ['true', 'false'] : null;
  const problem = fieldState.error?.message;
  return (
    <TextField
      {...field}
      value={typeof field.value === 'string' ? field.value : ''}
      inputRef={field.ref}
      size="small"
      fullWidth
      select={choices !== null}
      label={name}
      error={fieldState.invalid}
      helperText={problem ? `${name} ${problem}` : helpOf(property)}
      slotProps={{
        inputLabel: { shrink: true },
        input: { readOnly: readOnly !== null },
        select: { readOnly: readOnly !== null },
        htmlInput: { inputMode: choices ? undefined : 'decimal' },
        formHelperText: { sx: { mx: 0.25 } },
      }}
    >
      {choices?.map((choice) => (
        <MenuItem key={choice} value={choice}>
          {choice}
        </MenuItem>
      ))}
    </TextField>
  );
}
