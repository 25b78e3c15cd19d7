import PauseIcon from '@mui/icons-material/PauseOutlined';
import PlayIcon from '@mui/icons-material/PlayArrowOutlined';
import StopIcon from '@mui/icons-material/StopOutlined';
import { Box, Button, Typography } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { enqueueSnackbar } from 'notistack';
import { useState, type ReactNode } from 'react';
import { ActionButton } from '@/components/common/ActionButton';
import { botListOptions, useBotsCommand, type BotAction } from '@/features/bots/api/bots';
import { useActionBlock } from '@/hooks/useSession';
import { describeAct } from '@/lib/acts';
import { describeError } from '@/lib/errors';
import { BulkDialog } from './BulkDialog';
import { botQuery, MOST_CHOSEN, type BotFilters } from './botFilters';
import { botsText, DONE } from './bulkText';
import type { Selection } from './useSelection';

interface Props {
  filters: BotFilters;
  /** How many bots the filters find, on all pages. */
  found: number;
  selection: Selection;
}

/** What is done to the chosen bots at once. Each action asks first, and tells of every bot that refused. */
export function BulkActions({ filters, found, selection }: Props) {
  const client = useQueryClient();
  const command = useBotsCommand();
  const block = useActionBlock();
  const [asked, setAsked] = useState<BotAction | null>(null);
  const count = selection.ids.length;

  const chooseAll = async () => {
    try {
      const all = await client.query({
        ...botListOptions({ ...botQuery({ ...filters, page: 1 }), page_size: MOST_CHOSEN }),
        staleTime: 0,
      });
      selection.set(
        all.results.map(({ id }) => id),
        true,
      );
    } catch (error) {
      enqueueSnackbar(`The bots could not be read: ${describeError(error)}`, { variant: 'error' });
    }
  };

  const close = () => {
    setAsked(null);
    command.reset();
  };

  const send = (action: BotAction, closePositions: boolean) => {
    command.mutate(
      { ids: selection.ids, action, closePositions },
      {
        onSuccess: ({ results }) => {
          const refused = results.filter(({ done }) => !done);
          enqueueSnackbar(`${botsText(results.length - refused.length)} ${DONE[action]}`, {
            variant: refused.length > 0 ? 'warning' : 'success',
          });
          // Those that refused stay chosen, and the dialog says why.
          selection.clear();
          selection.set(
            refused.map(({ id }) => id),
            true,
          );
          if (refused.length === 0) close();
        },
      },
    );
  };

  if (count === 0 && asked === null) return null;
  const button = (action: BotAction, word: string, icon: ReactNode) => (
    <ActionButton
      size="small"
      variant="outlined"
      color={action === 'start' ? 'success' : action === 'pause' ? 'warning' : 'error'}
      startIcon={icon}
      disabledReason={block}
      onClick={() => {
        setAsked(action);
      }}
    >
      {word}
    </ActionButton>
  );
  return (
    <Box
      role="region"
      aria-label="Chosen bots"
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 1,
        px: 1.5,
        py: 0.75,
        position: 'sticky',
        top: 0,
        zIndex: 2,
        bgcolor: 'background.paper',
        borderTop: 1,
        borderColor: 'divider',
      }}
    >
      <Typography variant="body2" sx={{ fontWeight: 600 }} role="status">
        {`${botsText(count)} chosen`}
      </Typography>
      {button('start', 'Start', <PlayIcon />)}
      {button('pause', 'Pause', <PauseIcon />)}
      {button('stop', 'Stop…', <StopIcon />)}
      {count < Math.min(found, MOST_CHOSEN) && (
        <Button size="small" color="inherit" onClick={() => void chooseAll()}>
          {`Choose all ${found} found`}
        </Button>
      )}
      <Button size="small" color="inherit" onClick={selection.clear}>
        Choose none
      </Button>
      {asked && (
        <BulkDialog
          action={asked}
          count={count}
          pending={command.isPending}
          disabledReason={block}
          error={command.error ? describeAct(command.error, 'bots') : null}
          refused={command.data?.results.filter(({ done }) => !done) ?? []}
          onConfirm={(closePositions) => {
            send(asked, closePositions);
          }}
          onCancel={close}
        />
      )}
    </Box>
  );
}
