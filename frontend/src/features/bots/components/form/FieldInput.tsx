import {
  Box,
  FormControlLabel,
  FormHelperText,
  InputAdornment,
  MenuItem,
  Switch,
  TextField,
} from '@mui/material';
import type { ReactNode } from 'react';
import { useController } from 'react-hook-form';
import type { BotField } from '@/types/domain';
import { fieldKey, type BotDraft } from './draft';
import { useBotForm } from './formContext';
import { boundsText } from './numberProblem';
import { typedBounds } from './validate';

interface Props {
  field: BotField;
  /** Below the input: what the number means for this bot. */
  meaning?: ReactNode;
}

const SUFFIX: Record<string, string> = { '%': '%', s: 's', min: 'min' };

function rangeOf(field: BotField): string {
  const suffix = SUFFIX[field.unit ?? ''] ?? '';
  const unit = suffix && suffix !== '%' ? ` ${suffix}` : suffix && ' %';
  const bounds = boundsText(typedBounds(field), unit).replace(/^between (.*) and /, '$1 to ');
  return [bounds, field.nullable ? 'empty: none' : ''].filter(Boolean).join(', ');
}

function SwitchInput({ field }: Props) {
  const { readOnly } = useBotForm();
  const { field: input } = useController<BotDraft>({ name: `fields.${fieldKey(field.name)}` });
  return (
    <Box>
      <FormControlLabel
        sx={{ ml: -0.5 }}
        control={
          <Switch
            size="small"
            name={input.name}
            checked={input.value === 'true'}
            disabled={readOnly !== null}
            onBlur={input.onBlur}
            slotProps={{ input: { ref: input.ref } }}
            onChange={(_, checked) => {
              input.onChange(checked ? 'true' : 'false');
            }}
          />
        }
        label={field.label}
      />
      {field.help && <FormHelperText sx={{ mt: 0 }}>{field.help}</FormHelperText>}
    </Box>
  );
}

/** One setting of a bot, as the server's table describes it. */
export function FieldInput({ field, meaning }: Props) {
  return field.type === 'boolean' ? (
    <SwitchInput field={field} />
  ) : (
    <TextInput field={field} meaning={meaning} />
  );
}

function TextInput({ field, meaning }: Props) {
  const { readOnly } = useBotForm();
  const { field: input, fieldState } = useController<BotDraft>({ name: `fields.${fieldKey(field.name)}` });
  const isNumber = field.type === 'number' || field.type === 'integer';
  const choices = field.type === 'enum' ? (field.choices ?? []) : null;
  const range = isNumber ? rangeOf(field) : '';
  const said = field.choices_said ?? {};
  const chosen = typeof input.value === 'string' ? said[input.value] : undefined;
  const help = [chosen?.help ?? field.help, range && `(${range})`].filter(Boolean).join(' ');
  const suffix = SUFFIX[field.unit ?? ''];
  return (
    <TextField
      {...input}
      value={typeof input.value === 'string' ? input.value : ''}
      inputRef={input.ref}
      size="small"
      fullWidth
      select={choices !== null}
      label={field.label}
      required={field.required}
      error={fieldState.invalid}
      helperText={
        <>
          {fieldState.error?.message ? `${field.label} ${fieldState.error.message}` : help}
          {meaning && (
            <Box component="span" sx={{ display: 'block', color: 'text.primary' }}>
              {meaning}
            </Box>
          )}
        </>
      }
      slotProps={{
        inputLabel: { shrink: true },
        formHelperText: { sx: { mx: 0.25 } },
        select: { readOnly: readOnly !== null },
        htmlInput: isNumber ? { inputMode: field.type === 'integer' ? 'numeric' : 'decimal' } : {},
        input: {
          readOnly: readOnly !== null,
          startAdornment:
            field.unit === 'USD' ? <InputAdornment position="start">$</InputAdornment> : undefined,
          endAdornment: suffix ? <InputAdornment position="end">{suffix}</InputAdornment> : undefined,
        },
      }}
    >
      {choices?.map((choice) => (
        <MenuItem key={choice} value={choice}>
          {said[choice] ? `${choice}: ${said[choice].title}` : choice}
        </MenuItem>
      ))}
    </TextField>
  );
}
