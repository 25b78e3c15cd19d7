import { Alert, Box } from '@mui/material';
import { useCallback, useMemo, useRef, useState, type ReactNode } from 'react';
import { FormProvider, useForm, type Path } from 'react-hook-form';
import type { BotConfig } from '@/features/bots/api/bots';
import { describeAct, type Act } from '@/lib/acts';
import { ApiError } from '@/lib/errors';
import type { BotSchema, IndicatorCatalogue } from '@/types/domain';
import { configFrom, draftFrom, type BotDraft } from './draft';
import { FieldGroups } from './FieldGroups';
import { FormActions } from './FormActions';
import { BotFormContext } from './formContext';
import { JsonPanel } from './JsonPanel';
import { PreviewPanel } from './PreviewPanel';
import { draftResolver } from './resolver';
import { placeErrors } from './serverErrors';
import { TemplatePanel } from './TemplatePanel';
import { TemplatePicker } from './TemplatePicker';
import { UnsavedGuard } from './UnsavedGuard';
import { useFirstWrong } from './useFirstWrong';

interface Props {
  schema: BotSchema;
  catalogue: IndicatorCatalogue;
  /** What the form begins with; what is missing has its default. */
  initial: BotConfig;
  readOnly: string | null;
  submitLabel: string;
  act: Act;
  offerTemplates?: boolean;
  /** Resolves with what was stored. */
  onSave: (config: BotConfig) => Promise<BotConfig>;
  /** After the form knows that nothing is unsaved any more. */
  onSaved: () => void;
  /** Said instead of the plain error; null leaves it to the form. */
  explain?: (error: unknown) => ReactNode;
  aside?: ReactNode;
}

export function BotForm(props: Props) {
  const {
    schema,
    catalogue,
    initial,
    readOnly,
    submitLabel,
    act,
    offerTemplates,
    onSave,
    onSaved,
    explain,
    aside,
  } = props;
  const resolver = useMemo(() => draftResolver(schema, catalogue), [schema, catalogue]);
  const [start] = useState(() => draftFrom(initial, schema.fields, catalogue));
  const form = useForm<BotDraft>({
    defaultValues: start,
    resolver,
    mode: 'onTouched',
    shouldFocusError: false,
  });
  const { isDirty } = form.formState;
  const [fault, setFault] = useState<{ error: unknown; rest: string[] } | null>(null);
  const [pending, setPending] = useState(false);
  const saved = useRef(false);
  const { element, focusFirstWrong } = useFirstWrong();
  const isUnsaved = useCallback(() => isDirty && !saved.current, [isDirty]);
  const { reset, trigger } = form;

  const surroundings = useMemo(
    () => ({
      ...{ schema, catalogue, readOnly },
      takeOver: (config: BotConfig) => {
        reset(draftFrom(config, schema.fields, catalogue), { keepDefaultValues: true });
        // Nobody has touched its fields yet: what is wrong in it is said at once.
        void trigger();
      },
    }),
    [schema, catalogue, readOnly, reset, trigger],
  );

  const begin = (config: BotConfig) => {
    const { fields, symbols, typedSymbols } = form.getValues();
    const draft = draftFrom(config, schema.fields, catalogue);
    const own = { symbols, typedSymbols, fields: { ...draft.fields, name: fields.name ?? '' } };
    reset({ ...draft, ...own }, { keepDefaultValues: true });
  };

  const fail = (error: unknown, draft: BotDraft) => {
    const placed = error instanceof ApiError ? placeErrors(error.fields, draft) : [];
    for (const { path, message } of placed.filter((each) => each.path !== null)) {
      form.setError(path as Path<BotDraft>, { type: 'server', message });
    }
    setFault({ error, rest: placed.filter(({ path }) => path === null).map(({ message }) => message) });
  };

  const save = async (draft: BotDraft) => {
    if (readOnly !== null || pending) return;
    setPending(true);
    setFault(null);
    try {
      const stored = await onSave(configFrom(draft, schema.fields, catalogue));
      reset(draftFrom(stored, schema.fields, catalogue));
      saved.current = true;
      onSaved();
      saved.current = false;
    } catch (error) {
      fail(error, draft);
      focusFirstWrong();
    } finally {
      setPending(false);
    }
  };

  return (
    <BotFormContext value={surroundings}>
      <FormProvider {...form}>
        <UnsavedGuard isUnsaved={isUnsaved} />
        <Box
          component="form"
          ref={element}
          noValidate
          aria-label="Bot settings"
          onSubmit={(event) => void form.handleSubmit(save, focusFirstWrong)(event)}
          sx={{
            display: 'grid',
            gap: { xs: 1, md: 1.5 },
            alignItems: 'start',
            gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) minmax(380px, 40%)' },
          }}
        >
          <Box sx={{ display: 'grid', gap: { xs: 1, md: 1.5 }, gridTemplateColumns: 'minmax(0, 1fr)' }}>
            {readOnly !== null && (
              <Alert severity="info" variant="outlined">
                {readOnly}
              </Alert>
            )}
            {offerTemplates && readOnly === null && <TemplatePicker onPick={begin} />}
            <FieldGroups />
            {fault && <Fault {...fault} act={act} explain={explain} />}
            {readOnly === null && (
              <FormActions
                label={submitLabel}
                pending={pending}
                block={null}
                onDiscard={() => {
                  setFault(null);
                  reset();
                }}
              />
            )}
          </Box>
          <Box
            sx={{
              display: 'grid',
              gap: { xs: 1, md: 1.5 },
              gridTemplateColumns: 'minmax(0, 1fr)',
              position: { lg: 'sticky' },
              top: { lg: 60 },
              maxHeight: { lg: 'calc(100dvh - 72px)' },
              overflowY: { lg: 'auto' },
            }}
          >
            <PreviewPanel />
            <JsonPanel />
            {readOnly === null && <TemplatePanel />}
            {aside}
          </Box>
        </Box>
      </FormProvider>
    </BotFormContext>
  );
}

type FaultProps = Pick<Props, 'act' | 'explain'> & { error: unknown; rest: string[] };

function Fault({ error, rest, act, explain }: FaultProps) {
  const explained = explain?.(error);
  if (explained) return explained;
  const hasFields = error instanceof ApiError && error.fields.length > 0;
  return (
    <Alert severity="error" variant="outlined">
      {hasFields
        ? ['The server has not accepted it. What is wrong is said at its field', ...rest].join(' · ')
        : describeAct(error, act)}
    </Alert>
  );
}
