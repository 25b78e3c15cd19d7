import { Alert, Box, Typography } from '@mui/material';
import { useWatch } from 'react-hook-form';
import type { BotField } from '@/types/domain';
import type { BotDraft } from './draft';
import { useBotForm } from './formContext';
import { signalNeeds } from './signalNeeds';

/** What this bot would need to buy, in words, as the form is being filled in. */
export function SignalNeeds({ field }: { field: BotField }) {
  const { catalogue } = useBotForm();
  const draft = useWatch<BotDraft>() as BotDraft;
  const needs = signalNeeds(draft, field.choices_said, catalogue);
  if (!needs) return null;
  return (
    <Box role="region" aria-label="What it needs to buy" sx={{ mt: 1.5 }}>
      <Typography variant="body2" sx={{ fontWeight: 600 }}>
        What it needs to buy
      </Typography>
      <Typography variant="body2">{needs.rule}</Typography>
      <Box component="ul" sx={{ m: 0, pl: 2.5, typography: 'body2' }}>
        {needs.conditions.map((condition, index) => (
          <li key={index}>{condition}</li>
        ))}
      </Box>
      {needs.vetoes.length > 0 && (
        <Typography variant="body2">No entry where {needs.vetoes.join(', or ')}.</Typography>
      )}
      {needs.never && (
        <Alert severity="warning" variant="outlined" sx={{ mt: 1 }}>
          {needs.never}
        </Alert>
      )}
    </Box>
  );
}
