import PauseIcon from '@mui/icons-material/PauseOutlined';
import PlayIcon from '@mui/icons-material/PlayArrowOutlined';
import StopIcon from '@mui/icons-material/StopOutlined';
import { Box } from '@mui/material';
import { enqueueSnackbar } from 'notistack';
import { useState } from 'react';
import { ActionButton } from '@/components/common/ActionButton';
import { useBotCommand } from '@/features/bots/api/bots';
import { useActionBlock } from '@/hooks/useSession';
import { describeAct } from '@/lib/acts';
import type { Bot } from '@/types/domain';
import { StopBotDialog } from './StopBotDialog';

export function BotActions({ bot }: { bot: Bot }) {
  const [isStopping, setStopping] = useState(false);
  const command = useBotCommand();
  const block = useActionBlock();
  const pending = command.isPending ? command.variables.action : null;
  const busy = pending === null ? block : 'Another action is on its way';
  const isRunning = bot.status === 'running';
  const isStopped = bot.status === 'stopped';

  const send = (action: 'start' | 'pause') => {
    command.mutate(
      { id: bot.id, action },
      {
        onError: (error) => {
          enqueueSnackbar(
            `${bot.name}: ${describeAct(error, action === 'start' ? 'startBot' : 'pauseBot')}`,
            { variant: 'error', persist: true },
          );
        },
      },
    );
  };

  const closeDialog = () => {
    setStopping(false);
    command.reset();
  };

  return (
    <Box
      role="group"
      aria-label={`Actions for ${bot.name}`}
      sx={{
        display: 'flex',
        gap: 0.5,
        '& .MuiButton-root': { px: 1, fontSize: '0.75rem', '& .MuiButton-startIcon': { mr: 0.25 } },
      }}
    >
      {!isRunning && (
        <ActionButton
          variant="outlined"
          color="success"
          startIcon={<PlayIcon />}
          aria-label={`Start ${bot.name}`}
          pending={pending === 'start'}
          disabledReason={busy}
          onClick={() => {
            send('start');
          }}
        >
          Start
        </ActionButton>
      )}
      {isRunning && (
        <ActionButton
          variant="outlined"
          color="warning"
          startIcon={<PauseIcon />}
          aria-label={`Pause ${bot.name}`}
          pending={pending === 'pause'}
          disabledReason={busy}
          onClick={() => {
            send('pause');
          }}
        >
          Pause
        </ActionButton>
      )}
      {!isStopped && (
        <ActionButton
          variant="outlined"
          color="error"
          startIcon={<StopIcon />}
          aria-label={`Stop ${bot.name}`}
          pending={pending === 'stop' && !isStopping}
          disabledReason={busy}
          onClick={() => {
            setStopping(true);
          }}
        >
          Stop
        </ActionButton>
      )}
      {isStopping && (
        <StopBotDialog
          bot={bot}
          pending={pending === 'stop'}
          disabledReason={block}
          error={command.error ? describeAct(command.error, 'stopBot') : null}
          onCancel={closeDialog}
          onConfirm={(closePositions) => {
            command.mutate({ id: bot.id, action: 'stop', closePositions }, { onSuccess: closeDialog });
          }}
        />
      )}
    </Box>
  );
}
