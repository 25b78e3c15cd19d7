import { TextField } from '@mui/material';
import { useFormState, useWatch } from 'react-hook-form';
import { formatTimeOfDay } from '@/lib/format';
import type { BotField } from '@/types/domain';
import { DayStrip } from './DayStrip';
import type { BotDraft } from './draft';
import { FieldGrid } from './FieldGrid';
import { FieldInput } from './FieldInput';
import { useBotForm, useDraft } from './formContext';

const CLOCK_PART = /^(.+)_(hour|minute)$/;

function clocksOf(fields: readonly BotField[]): string[] {
  return [...new Set(fields.flatMap(({ name }) => CLOCK_PART.exec(name)?.[1] ?? []))];
}

const LABEL: Record<string, string> = { start: 'Enters from', end: 'Enters until' };

function ClockInput({ name }: { name: string }) {
  const { readOnly } = useBotForm();
  const { setValue } = useDraft();
  const { errors } = useFormState<BotDraft>();
  const [hour, minute] = useWatch<BotDraft, [`fields.${string}`, `fields.${string}`]>({
    name: [`fields.${name}_hour`, `fields.${name}_minute`],
  });
  const problem = errors.fields?.[`${name}_hour`] ?? errors.fields?.[`${name}_minute`];
  return (
    <TextField
      type="time"
      size="small"
      fullWidth
      label={`${LABEL[name] ?? name} (New York)`}
      value={hour === '' || minute === '' ? '' : formatTimeOfDay(Number(hour), Number(minute))}
      error={problem !== undefined}
      helperText={problem?.message ?? ' '}
      onChange={({ target }) => {
        const [hours = '', minutes = ''] = target.value.split(':');
        const options = { shouldDirty: true, shouldValidate: true };
        setValue(`fields.${name}_minute`, minutes && String(Number(minutes)), { shouldDirty: true });
        setValue(`fields.${name}_hour`, hours && String(Number(hours)), options);
      }}
      slotProps={{
        inputLabel: { shrink: true },
        formHelperText: { sx: { mx: 0.25 } },
        input: { readOnly: readOnly !== null },
      }}
    />
  );
}

/** Hours and minutes as clocks, the day as a strip, and whatever else belongs to the window. */
export function WindowFields({ fields }: { fields: readonly BotField[] }) {
  return (
    <>
      <FieldGrid>
        {clocksOf(fields).map((name) => (
          <ClockInput key={name} name={name} />
        ))}
      </FieldGrid>
      <DayStrip />
      {fields
        .filter(({ name }) => !CLOCK_PART.test(name))
        .map((field) => (
          <FieldInput key={field.name} field={field} />
        ))}
    </>
  );
}
