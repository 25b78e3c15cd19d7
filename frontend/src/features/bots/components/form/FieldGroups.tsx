import type { BotField } from '@/types/domain';
import { FieldGrid } from './FieldGrid';
import { FieldInput } from './FieldInput';
import { FormSection } from './FormSection';
import { useBotForm } from './formContext';
import { IndicatorsField } from './IndicatorsField';
import { RiskFields } from './RiskFields';
import { SignalNeeds } from './SignalNeeds';
import { SymbolPicker } from './SymbolPicker';
import { WindowFields } from './WindowFields';

const SECTIONS: readonly { group: string; title: string; hint?: string }[] = [
  { group: 'basics', title: 'Basics' },
  { group: 'symbols', title: 'Symbols' },
  { group: 'window', title: 'Trading window' },
  {
    group: 'indicators',
    title: 'Indicators',
    hint: 'Each looks at the closed bars of a symbol and votes to buy, to sell, or not at all.',
  },
  { group: 'signal', title: 'Signal', hint: 'How the votes of the indicators become one decision.' },
  { group: 'risk', title: 'Risk limits', hint: 'They bind every entry; exits are never held back.' },
];

function Fields({ group, fields }: { group: string; fields: readonly BotField[] }) {
  const scalars = fields.filter(({ type }) => type !== 'symbols' && type !== 'indicators');
  const symbols = fields.find(({ type }) => type === 'symbols');
  const modes = fields.find(({ name }) => name === 'signal_mode');
  return (
    <>
      {symbols && <SymbolPicker field={symbols} />}
      {fields.some(({ type }) => type === 'indicators') && <IndicatorsField />}
      {scalars.length > 0 &&
        (group === 'window' ? (
          <WindowFields fields={scalars} />
        ) : group === 'risk' ? (
          <RiskFields fields={scalars} />
        ) : (
          <FieldGrid>
            {scalars.map((field) => (
              <FieldInput key={field.name} field={field} />
            ))}
          </FieldGrid>
        ))}
      {modes && <SignalNeeds field={modes} />}
    </>
  );
}

/** The whole form, section by section, as the server's table of settings describes it. */
export function FieldGroups() {
  const { schema } = useBotForm();
  const known = new Set(SECTIONS.map(({ group }) => group));
  const others = [...new Set(schema.fields.map(({ group }) => group as string))].filter(
    (group) => !known.has(group),
  );
  const sections = [...SECTIONS, ...others.map((group) => ({ group, title: group, hint: '' }))];
  return sections.map(({ group, title, hint }) => {
    const fields = schema.fields.filter((field) => field.group === group);
    if (fields.length === 0) return null;
    return (
      <FormSection key={group} title={title} hint={hint}>
        <Fields group={group} fields={fields} />
      </FormSection>
    );
  });
}
