import { Box, Button, Typography } from '@mui/material';
import { useState } from 'react';
import { Panel } from '@/components/common/Panel';
import type { BotConfig } from '@/features/bots/api/bots';
import { SaveTemplateDialog } from '@/features/bots/components/SaveTemplateDialog';
import { configFrom } from './draft';
import { useBotForm, useDraft } from './formContext';

/** Keeps what the form holds, saved or not, to begin other bots from. */
export function TemplatePanel() {
  const { schema, catalogue } = useBotForm();
  const form = useDraft();
  const [kept, setKept] = useState<{ config: BotConfig; name: string } | null>(null);
  return (
    <Panel
      title="Template"
      actions={
        <Button
          color="inherit"
          aria-haspopup="dialog"
          onClick={() => {
            const draft = form.getValues();
            const config = configFrom(draft, schema.fields, catalogue);
            setKept({ config, name: (draft.fields.name ?? '').trim() });
          }}
        >
          Save as a template…
        </Button>
      }
    >
      <Box sx={{ px: 1.5, pb: 1.25 }}>
        <Typography variant="body2" color="textSecondary">
          Other bots can begin from these settings.
        </Typography>
      </Box>
      {kept && (
        <SaveTemplateDialog
          config={kept.config}
          suggested={kept.name}
          onDone={() => {
            setKept(null);
          }}
        />
      )}
    </Panel>
  );
}
