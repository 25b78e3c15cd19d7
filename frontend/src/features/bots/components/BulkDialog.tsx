import { Alert, Box, Checkbox, FormControlLabel, Typography } from '@mui/material';
import { useState } from 'react';
import { ConfirmDialog } from '@/components/common/ConfirmDialog';
import type { BotAction } from '@/features/bots/api/bots';
import type { BotActedList } from '@/types/domain';
import { botsText, DONE, MEANING, VERB } from './bulkText';

interface Props {
  action: BotAction;
  count: number;
  pending: boolean;
  disabledReason: string | null;
  error: string | null;
  refused: BotActedList['results'];
  onConfirm: (closePositions: boolean) => void;
  onCancel: () => void;
}

export function BulkDialog(props: Props) {
  const { action, count, pending, disabledReason, error, refused, onConfirm, onCancel } = props;
  const [closePositions, setClosePositions] = useState(false);
  const again = refused.length > 0 ? ' again' : '';
  return (
    <ConfirmDialog
      open
      title={`${VERB[action]} ${botsText(count)}${again}?`}
      confirmLabel={`${VERB[action]} ${botsText(count)}${closePositions ? ' and close positions' : ''}`}
      pending={pending}
      disabledReason={disabledReason}
      error={error}
      onConfirm={() => {
        onConfirm(closePositions);
      }}
      onCancel={onCancel}
    >
      {refused.length > 0 ? (
        <Alert severity="warning" variant="outlined">
          {`${botsText(refused.length)} could not be ${DONE[action]}:`}
          <Box component="ul" sx={{ m: 0, pl: 2, maxHeight: 200, overflowY: 'auto' }} tabIndex={0}>
            {refused.map(({ id, name, detail }) => (
              <li key={id}>{detail.includes(name) ? detail : `${name}: ${detail}`}</li>
            ))}
          </Box>
        </Alert>
      ) : (
        <Typography variant="body2">{MEANING[action]}</Typography>
      )}
      {action === 'stop' && (
        <>
          <Typography variant="body2">
            {closePositions
              ? 'All that they hold will be sold at the market price; stops and targets are cancelled first.'
              : 'What they hold stays. Stops and targets resting at the broker stay in force; nobody else watches them.'}
          </Typography>
          <FormControlLabel
            control={
              <Checkbox
                size="small"
                checked={closePositions}
                onChange={(_, checked) => {
                  setClosePositions(checked);
                }}
              />
            }
            label="Also close their positions"
          />
        </>
      )}
    </ConfirmDialog>
  );
}
