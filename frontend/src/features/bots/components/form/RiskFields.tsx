import { useWatch } from 'react-hook-form';
import type { BotField } from '@/types/domain';
import type { BotDraft } from './draft';
import { FieldGrid } from './FieldGrid';
import { FieldInput } from './FieldInput';
import { riskMeaning } from './riskMeaning';

export function RiskFields({ fields }: { fields: readonly BotField[] }) {
  const values = useWatch<BotDraft, 'fields'>({ name: 'fields' });
  return (
    <FieldGrid>
      {fields.map((field) => (
        <FieldInput key={field.name} field={field} meaning={riskMeaning(field.name, { fields: values })} />
      ))}
    </FieldGrid>
  );
}
