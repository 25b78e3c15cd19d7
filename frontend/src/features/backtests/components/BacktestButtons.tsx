import DownloadIcon from '@mui/icons-material/FileDownloadOutlined';
import { Button } from '@mui/material';
import { enqueueSnackbar } from 'notistack';
import { useNavigate } from 'react-router';
import { paths } from '@/app/paths';
import { ActionButton } from '@/components/common/ActionButton';
import { useCancelBacktest, useDeleteBacktest } from '@/features/backtests/api/backtests';
import { useActionBlock } from '@/hooks/useSession';
import { describeAct, type Act } from '@/lib/acts';
import type { Backtest } from '@/types/domain';
import { isUnfinished } from './backtestStatus';

function Download({ href, children }: { href: string; children: string }) {
  return (
    <Button
      component="a"
      href={href}
      download
      variant="outlined"
      color="inherit"
      startIcon={<DownloadIcon />}
    >
      {children}
    </Button>
  );
}

function tell(act: Act) {
  return (error: unknown) => {
    enqueueSnackbar(describeAct(error, act), { variant: 'error', persist: true });
  };
}

/** What can be done with a run: end it while it goes on, take it home or throw it away afterwards. */
export function BacktestButtons({ backtest }: { backtest: Backtest }) {
  const block = useActionBlock();
  const navigate = useNavigate();
  const cancel = useCancelBacktest();
  const remove = useDeleteBacktest();
  if (isUnfinished(backtest.status)) {
    return (
      <ActionButton
        variant="outlined"
        color="inherit"
        disabledReason={block}
        pending={cancel.isPending}
        onClick={() => {
          cancel.mutate(backtest.id, { onError: tell('cancelBacktest') });
        }}
      >
        Cancel it
      </ActionButton>
    );
  }
  const base = `/api/backtests/${backtest.id}`;
  return (
    <>
      {backtest.status === 'done' && (
        <>
          <Download href={`${base}/report`}>Report</Download>
          <Download href={`${base}/export?table=trades`}>Trades CSV</Download>
          <Download href={`${base}/export?table=equity`}>Equity CSV</Download>
        </>
      )}
      <ActionButton
        variant="outlined"
        color="inherit"
        disabledReason={block}
        pending={remove.isPending}
        onClick={() => {
          remove.mutate(backtest.id, {
            onSuccess: () => void navigate(paths.backtests.href()),
            onError: tell('deleteBacktest'),
          });
        }}
      >
        Delete
      </ActionButton>
    </>
  );
}
