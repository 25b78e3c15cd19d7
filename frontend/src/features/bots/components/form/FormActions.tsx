import { Button, Paper, Typography } from '@mui/material';
import { useFormState } from 'react-hook-form';
import { ActionButton } from '@/components/common/ActionButton';
import { BOTTOM_NAV_HEIGHT } from '@/components/layout/BottomNav';
import type { BotDraft } from './draft';

interface Props {
  label: string;
  pending: boolean;
  /** Why nothing can be saved. */
  block: string | null;
  onDiscard: () => void;
}

/** Always in sight, however long the form is. */
export function FormActions({ label, pending, block, onDiscard }: Props) {
  const { isDirty, errors, submitCount } = useFormState<BotDraft>();
  const hasProblems = submitCount > 0 && Object.keys(errors).length > 0;
  return (
    <Paper
      sx={{
        position: 'sticky',
        bottom: { xs: BOTTOM_NAV_HEIGHT, md: 12 },
        zIndex: 2,
        display: 'flex',
        alignItems: 'center',
        gap: 1,
        px: 1.5,
        py: 1,
        border: 1,
        borderColor: 'divider',
        borderRadius: 1.5,
        boxShadow: '0 4px 18px rgb(0 0 0 / 14%)',
      }}
    >
      <Typography
        variant="caption"
        color={hasProblems ? 'error' : 'textSecondary'}
        role="status"
        sx={{ mr: 'auto' }}
      >
        {hasProblems ? 'Something is not right yet: see above' : isDirty ? 'Not saved yet' : ''}
      </Typography>
      <Button color="inherit" disabled={!isDirty || pending} onClick={onDiscard}>
        Discard changes
      </Button>
      <ActionButton type="submit" variant="contained" pending={pending} disabledReason={block}>
        {label}
      </ActionButton>
    </Paper>
  );
}
