import { Alert, Box, TextField, Typography } from '@mui/material';
import { enqueueSnackbar } from 'notistack';
import { useState, type SubmitEvent } from 'react';
import { ActionButton } from '@/components/common/ActionButton';
import { useNoteTrade } from '@/features/trades/api/trades';
import { useActionBlock } from '@/hooks/useSession';
import { describeAct } from '@/lib/acts';
import { formatLocalDateTime } from '@/lib/format';
import type { TradeNote } from '@/types/domain';
import { tagsOf } from './tagText';

/** What a person wants to remember of the trade, and the tags it is found by later. */
export function TradeNoteForm({ id, note }: { id: number; note: TradeNote }) {
  const [text, setText] = useState(note.text);
  const [tags, setTags] = useState(note.tags.join(' '));
  const save = useNoteTrade(id);
  const block = useActionBlock();
  const isChanged = text.trim() !== note.text || tagsOf(tags).join() !== note.tags.join();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (block !== null || !isChanged || save.isPending) return;
    save.mutate(
      { text, tags: tagsOf(tags) },
      {
        onSuccess: () => {
          enqueueSnackbar('The note is saved', { variant: 'success' });
        },
      },
    );
  };
  return (
    <Box
      component="form"
      aria-label="Note of the trade"
      onSubmit={submit}
      sx={{ display: 'grid', gap: 1, pt: 0.5 }}
    >
      <TextField
        multiline
        minRows={2}
        size="small"
        label="Note"
        value={text}
        onChange={({ target }) => {
          setText(target.value);
        }}
        slotProps={{ htmlInput: { maxLength: 2000, readOnly: block !== null } }}
      />
      <TextField
        size="small"
        label="Tags"
        helperText="Words to find it by, such as: news late"
        value={tags}
        onChange={({ target }) => {
          setTags(target.value);
        }}
        slotProps={{ htmlInput: { readOnly: block !== null } }}
      />
      {save.error && (
        <Alert severity="error" variant="outlined">
          {describeAct(save.error, 'noteTrade', { text: 'Note', tags: 'Tags' })}
        </Alert>
      )}
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.5 }}>
        <ActionButton
          type="submit"
          variant="outlined"
          pending={save.isPending}
          disabledReason={block ?? (isChanged ? null : 'Nothing is changed')}
        >
          Save the note
        </ActionButton>
        {note.at && (
          <Typography variant="caption" color="textSecondary">
            {`by ${note.by}, ${formatLocalDateTime(note.at)}, your time`}
          </Typography>
        )}
      </Box>
    </Box>
  );
}
