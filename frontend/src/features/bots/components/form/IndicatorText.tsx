import { TextField } from '@mui/material';
import { useController } from 'react-hook-form';
import type { BotDraft } from './draft';
import { useBotForm } from './formContext';

interface Props {
  name: `indicators.${number}.${'name' | 'label' | 'buy' | 'sell'}`;
  label: string;
  help: string;
  monospace?: boolean;
}

/** A line of text of one indicator: its name, its label, a rule. */
export function IndicatorText({ name, label, help, monospace = false }: Props) {
  const { readOnly } = useBotForm();
  const { field, fieldState } = useController<BotDraft, typeof name>({ name });
  return (
    <TextField
      {...field}
      inputRef={field.ref}
      size="small"
      fullWidth
      label={label}
      error={fieldState.invalid}
      helperText={fieldState.error?.message ?? help}
      slotProps={{
        inputLabel: { shrink: true },
        formHelperText: { sx: { mx: 0.25 } },
        input: {
          readOnly: readOnly !== null,
          sx: monospace
            ? { fontFamily: 'ui-monospace, Menlo, Consolas, monospace', fontSize: '0.8125rem' }
            : {},
        },
        htmlInput: { spellCheck: false, autoComplete: 'off' },
      }}
    />
  );
}
