import { MenuItem, TextField, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { enqueueSnackbar } from 'notistack';
import { useState } from 'react';
import { ConfirmDialog } from '@/components/common/ConfirmDialog';
import type { BotConfig } from '@/features/bots/api/bots';
import { templateConfig, templatesOptions, useSaveTemplate } from '@/features/bots/api/templates';
import { useConfigureBlock } from '@/hooks/useSession';
import { describeAct } from '@/lib/acts';
import { TemplateWords } from './TemplateWords';

interface Props {
  config: BotConfig;
  /** The name it has unless another is typed. */
  suggested: string;
  onDone: () => void;
}

/** Keeps the settings of a bot, under a name of their own or in place of a template's. */
export function SaveTemplateDialog({ config, suggested, onDone }: Props) {
  const [name, setName] = useState(suggested);
  const [description, setDescription] = useState('');
  const [place, setPlace] = useState('');
  const templates = useQuery(templatesOptions()).data?.results ?? [];
  const replaced = templates.find(({ id }) => String(id) === place);
  const save = useSaveTemplate();
  const block = useConfigureBlock();
  const kept = templateConfig(config);
  return (
    <ConfirmDialog
      open
      title="Save as a template"
      confirmLabel={replaced ? `Overwrite ${replaced.name}` : 'Save template'}
      confirmColor={replaced ? 'error' : 'primary'}
      pending={save.isPending}
      disabledReason={block ?? (replaced || name.trim() ? null : 'It needs a name')}
      error={
        save.error
          ? describeAct(save.error, 'saveTemplate', { name: 'Name', description: 'Description' })
          : null
      }
      onCancel={onDone}
      onConfirm={() => {
        save.mutate(
          replaced ? { id: replaced.id, config: kept } : { id: null, name, description, config: kept },
          {
            onSuccess: (template) => {
              enqueueSnackbar(`The template ${template.name} is saved`, { variant: 'success' });
              onDone();
            },
          },
        );
      }}
    >
      <Typography variant="body2">
        It keeps all settings but the name and the symbols, and is offered to everybody who makes a bot.
      </Typography>
      {templates.length > 0 && (
        <TextField
          select
          size="small"
          label="Save it"
          value={replaced ? place : ''}
          onChange={({ target }) => {
            setPlace(target.value);
          }}
          slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
        >
          <MenuItem value="">as a new template</MenuItem>
          {templates.map((template) => (
            <MenuItem key={template.id} value={String(template.id)}>
              {`in place of ${template.name}`}
            </MenuItem>
          ))}
        </TextField>
      )}
      {!replaced && (
        <TemplateWords
          name={name}
          description={description}
          onName={setName}
          onDescription={setDescription}
        />
      )}
    </ConfirmDialog>
  );
}
