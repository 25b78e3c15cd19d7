import MoreIcon from '@mui/icons-material/MoreVertOutlined';
import { IconButton, Menu, MenuItem, Typography } from '@mui/material';
import { enqueueSnackbar } from 'notistack';
import { useId, useState } from 'react';
import { ConfirmDialog } from '@/components/common/ConfirmDialog';
import { useDeleteTemplate, useSaveTemplate } from '@/features/bots/api/templates';
import { TemplateWords } from '@/features/bots/components/TemplateWords';
import { describeAct } from '@/lib/acts';
import type { SavedTemplate } from '@/types/domain';

interface DialogProps {
  template: SavedTemplate;
  onDone: () => void;
}

function RenameTemplate({ template, onDone }: DialogProps) {
  const [name, setName] = useState(template.name);
  const [description, setDescription] = useState(template.description);
  const save = useSaveTemplate();
  return (
    <ConfirmDialog
      open
      title={`Rename ${template.name}`}
      confirmLabel="Rename"
      confirmColor="primary"
      pending={save.isPending}
      disabledReason={name.trim() ? null : 'It needs a name'}
      error={
        save.error
          ? describeAct(save.error, 'saveTemplate', { name: 'Name', description: 'Description' })
          : null
      }
      onCancel={onDone}
      onConfirm={() => {
        save.mutate({ id: template.id, name, description }, { onSuccess: onDone });
      }}
    >
      <TemplateWords name={name} description={description} onName={setName} onDescription={setDescription} />
    </ConfirmDialog>
  );
}

function DeleteTemplate({ template, onDone }: DialogProps) {
  const remove = useDeleteTemplate();
  return (
    <ConfirmDialog
      open
      title={`Delete the template ${template.name}?`}
      confirmLabel="Delete template"
      pending={remove.isPending}
      error={remove.error ? describeAct(remove.error, 'deleteTemplate') : null}
      onCancel={onDone}
      onConfirm={() => {
        remove.mutate(template.id, {
          onSuccess: () => {
            enqueueSnackbar(`The template ${template.name} is deleted`, { variant: 'success' });
            onDone();
          },
        });
      }}
    >
      <Typography variant="body2">Bots that were made of it stay as they are.</Typography>
    </ConfirmDialog>
  );
}

/** What is done to a template somebody keeps; it is overwritten where settings are saved as a template. */
export function TemplateMenu({ template }: { template: SavedTemplate }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [asked, setAsked] = useState<'rename' | 'delete' | null>(null);
  const menuId = useId();
  const ask = (what: 'rename' | 'delete' | null) => () => {
    setAsked(what);
    setAnchor(null);
  };
  return (
    <>
      <IconButton
        aria-label={`More for the template ${template.name}`}
        aria-haspopup="menu"
        aria-controls={anchor ? menuId : undefined}
        aria-expanded={anchor !== null}
        size="small"
        onClick={({ currentTarget }) => {
          setAnchor(currentTarget);
        }}
        sx={{ position: 'absolute', top: 4, right: 4 }}
      >
        <MoreIcon fontSize="small" />
      </IconButton>
      <Menu id={menuId} anchorEl={anchor} open={anchor !== null} onClose={ask(null)}>
        <MenuItem onClick={ask('rename')}>Rename…</MenuItem>
        <MenuItem onClick={ask('delete')}>Delete…</MenuItem>
      </Menu>
      {asked === 'rename' && <RenameTemplate template={template} onDone={ask(null)} />}
      {asked === 'delete' && <DeleteTemplate template={template} onDone={ask(null)} />}
    </>
  );
}
