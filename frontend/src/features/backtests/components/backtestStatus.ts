import CancelledIcon from '@mui/icons-material/DoNotDisturbOnOutlined';
import DoneIcon from '@mui/icons-material/CheckCircleOutlined';
import FailedIcon from '@mui/icons-material/ErrorOutlineOutlined';
import QueuedIcon from '@mui/icons-material/HourglassEmptyOutlined';
import RunningIcon from '@mui/icons-material/AutorenewOutlined';
import type { SvgIconComponent } from '@mui/icons-material';
import type { Tone } from '@/components/common/StatusChip';
import type { BacktestStatus, BacktestTrade } from '@/types/domain';

interface Look {
  word: string;
  tone: Tone;
  icon: SvgIconComponent;
}

export const BACKTEST_STATUS: Record<BacktestStatus, Look> = {
  queued: { word: 'Waiting', tone: 'quiet', icon: QueuedIcon },
  running: { word: 'Running', tone: 'info', icon: RunningIcon },
  done: { word: 'Done', tone: 'good', icon: DoneIcon },
  failed: { word: 'Failed', tone: 'bad', icon: FailedIcon },
  cancelled: { word: 'Cancelled', tone: 'caution', icon: CancelledIcon },
};

export function isUnfinished(status: BacktestStatus): boolean {
  return status === 'queued' || status === 'running';
}

export const EXIT_WORDS: Record<BacktestTrade['exit_reason'], string> = {
  stop: 'Stop loss',
  target: 'Take profit',
  trailing_stop: 'Trailing stop',
  signal: 'Signal',
  window_end: 'Window end',
  still_held: 'Still held',
};
