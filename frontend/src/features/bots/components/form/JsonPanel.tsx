import { Alert, Box, Button, TextField } from '@mui/material';
import { enqueueSnackbar } from 'notistack';
import { useRef, useState } from 'react';
import { useWatch } from 'react-hook-form';
import { Panel } from '@/components/common/Panel';
import { download } from '@/lib/download';
import { configText, parseConfig } from './configJson';
import { configLink } from './configLink';
import { configFrom, type BotDraft } from './draft';
import { useBotForm } from './formContext';

/** The same bot as JSON: it follows the form, and the form takes over what is typed, pasted or imported here. */
export function JsonPanel() {
  const { schema, catalogue, readOnly, takeOver } = useBotForm();
  const draft = useWatch<BotDraft>() as BotDraft;
  const [edited, setEdited] = useState<string | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const mirrored = isOpen ? configText(configFrom(draft, schema.fields, catalogue)) : '';
  const text = edited ?? mirrored;
  const edit = (next: string | null) => {
    setEdited(next);
    setProblem(null);
  };
  const apply = () => {
    const parsed = parseConfig(text, schema.fields);
    setProblem(parsed.problem);
    if (parsed.config === null) return;
    takeOver(parsed.config);
    edit(null);
    enqueueSnackbar('The form has taken over the JSON', { variant: 'success' });
  };
  const copy = (what: string, said: string) => {
    navigator.clipboard.writeText(what).then(
      () => enqueueSnackbar(said, { variant: 'success' }),
      () =>
        enqueueSnackbar('This browser does not allow copying: mark the text instead', { variant: 'warning' }),
    );
  };
  return (
    <Panel
      title="JSON"
      actions={
        <Button
          color="inherit"
          aria-expanded={isOpen}
          onClick={() => {
            setOpen(!isOpen);
          }}
        >
          {isOpen ? 'Hide' : 'Show'}
        </Button>
      }
    >
      {isOpen && (
        <Box sx={{ px: 1.5, pb: 1.5, display: 'grid', gap: 1, gridTemplateColumns: 'minmax(0, 1fr)' }}>
          <TextField
            multiline
            fullWidth
            minRows={8}
            maxRows={22}
            label="Settings as JSON"
            value={text}
            onChange={({ target }) => {
              edit(target.value);
            }}
            slotProps={{
              inputLabel: { shrink: true },
              input: {
                readOnly: readOnly !== null,
                sx: { fontFamily: 'ui-monospace, Menlo, Consolas, monospace', fontSize: '0.75rem' },
              },
              htmlInput: { spellCheck: false },
            }}
          />
          {problem && (
            <Alert severity="error" variant="outlined">
              {problem}
            </Alert>
          )}
          <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
            {readOnly === null && (
              <>
                <Button variant="contained" disabled={edited === null} onClick={apply}>
                  Apply to the form
                </Button>
                <Button
                  color="inherit"
                  disabled={edited === null}
                  onClick={() => {
                    edit(null);
                  }}
                >
                  Discard
                </Button>
                <Button variant="outlined" color="inherit" onClick={() => file.current?.click()}>
                  Import a file
                </Button>
                <input
                  ref={file}
                  type="file"
                  accept="application/json,.json"
                  aria-label="JSON file to import"
                  hidden
                  onChange={({ target }) => {
                    const [chosen] = target.files ?? [];
                    target.value = '';
                    if (chosen) void chosen.text().then(edit);
                  }}
                />
              </>
            )}
            <Button
              color="inherit"
              onClick={() => {
                copy(text, 'Copied');
              }}
            >
              Copy
            </Button>
            <Button
              color="inherit"
              onClick={() => {
                const config = configFrom(draft, schema.fields, catalogue);
                copy(configLink(config, window.location.origin), 'A link to these settings is copied');
              }}
            >
              Copy a link
            </Button>
            <Button
              color="inherit"
              onClick={() => {
                const name = (draft.fields.name ?? '').trim().replaceAll(/[^\w]+/g, '-') || 'bot';
                download(new Blob([`${text}\n`], { type: 'application/json' }), `${name}.json`);
              }}
            >
              Export a file
            </Button>
          </Box>
        </Box>
      )}
    </Panel>
  );
}
