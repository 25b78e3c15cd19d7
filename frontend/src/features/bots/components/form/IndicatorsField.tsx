import { Alert, Box } from '@mui/material';
import { useFieldArray, useFormState } from 'react-hook-form';
import { EmptyState } from '@/components/common/EmptyState';
import type { BotDraft } from './draft';
import { useBotForm, useDraft } from './formContext';
import { IndicatorCard } from './IndicatorCard';
import { IndicatorMenu } from './IndicatorMenu';

/** The indicators of the bot: any number, the same one twice if it has a label. */
export function IndicatorsField() {
  const { readOnly } = useBotForm();
  const { control } = useDraft();
  const { fields, append, remove } = useFieldArray<BotDraft, 'indicators'>({ control, name: 'indicators' });
  const { errors } = useFormState<BotDraft>();
  const problem = errors.indicators?.root?.message;
  return (
    <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      {problem && (
        <Alert severity="error" variant="outlined" tabIndex={-1} data-wrong>
          {problem}
        </Alert>
      )}
      {fields.length === 0 && !problem && (
        <EmptyState title="No indicators yet" hint="A bot needs at least one that can vote." />
      )}
      {fields.map(({ id }, index) => (
        <IndicatorCard
          key={id}
          index={index}
          onRemove={() => {
            remove(index);
          }}
        />
      ))}
      {readOnly === null && (
        <IndicatorMenu
          onAdd={(indicator) => {
            append(indicator, { shouldFocus: false });
          }}
        />
      )}
    </Box>
  );
}
