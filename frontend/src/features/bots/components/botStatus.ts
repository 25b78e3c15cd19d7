import ErrorIcon from '@mui/icons-material/ErrorOutlineOutlined';
import PauseCircleIcon from '@mui/icons-material/PauseCircleOutlined';
import PlayCircleIcon from '@mui/icons-material/PlayCircleOutlined';
import StopCircleIcon from '@mui/icons-material/StopCircleOutlined';
import type { SvgIconComponent } from '@mui/icons-material';
import type { Tone } from '@/components/common/StatusChip';
import type { BotStatus } from '@/types/domain';

export const BOT_STATUS: Record<BotStatus, { tone: Tone; icon: SvgIconComponent; word: string }> = {
  running: { tone: 'good', icon: PlayCircleIcon, word: 'Running' },
  paused: { tone: 'caution', icon: PauseCircleIcon, word: 'Paused' },
  stopped: { tone: 'quiet', icon: StopCircleIcon, word: 'Stopped' },
  error: { tone: 'bad', icon: ErrorIcon, word: 'Error' },
};
