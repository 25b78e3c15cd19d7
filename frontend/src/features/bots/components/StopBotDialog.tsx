import { Checkbox, FormControlLabel, Typography } from '@mui/material';
import { useState } from 'react';
import { ConfirmDialog } from '@/components/common/ConfirmDialog';
import type { Bot } from '@/types/domain';

interface Props {
  bot: Bot;
  pending: boolean;
  disabledReason: string | null;
  error: string | null;
  onConfirm: (closePositions: boolean) => void;
  onCancel: () => void;
}

function positionsText(count: number): string {
  return count === 1 ? '1 open position' : `${count} open positions`;
}

export function StopBotDialog({ bot, pending, disabledReason, error, onConfirm, onCancel }: Props) {
  const [closePositions, setClosePositions] = useState(false);
  const held = bot.open_positions;
  return (
    <ConfirmDialog
      open
      title={`Stop ${bot.name}?`}
      confirmLabel={closePositions ? 'Stop and close positions' : 'Stop bot'}
      pending={pending}
      disabledReason={disabledReason}
      error={error}
      onConfirm={() => {
        onConfirm(closePositions);
      }}
      onCancel={onCancel}
    >
      <Typography variant="body2">
        It makes no more decisions, and its open entry orders are cancelled.
      </Typography>
      {held > 0 ? (
        <>
          <Typography variant="body2">
            {closePositions
              ? `Its ${positionsText(held)} will be sold at the market price; their stops and targets are cancelled first.`
              : `Its ${positionsText(held)} will stay. Stops and targets resting at the broker stay in force; nobody else watches them.`}
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
            label={`Also close its ${positionsText(held)}`}
          />
        </>
      ) : (
        <Typography variant="body2">It holds no positions.</Typography>
      )}
    </ConfirmDialog>
  );
}
