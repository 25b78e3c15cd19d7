import CancelIcon from '@mui/icons-material/HighlightOffOutlined';
import CheckIcon from '@mui/icons-material/CheckCircleOutlined';
import ErrorIcon from '@mui/icons-material/ErrorOutlineOutlined';
import HourglassIcon from '@mui/icons-material/HourglassEmptyOutlined';
import type { SvgIconComponent } from '@mui/icons-material';
import type { Tone } from '@/components/common/StatusChip';
import type { Trade, TradeRole, TradeStatus } from '@/types/domain';

export const TRADE_STATUS: Record<TradeStatus, { tone: Tone; icon: SvgIconComponent; word: string }> = {
  pending: { tone: 'info', icon: HourglassIcon, word: 'Pending' },
  filled: { tone: 'good', icon: CheckIcon, word: 'Filled' },
  cancelled: { tone: 'quiet', icon: CancelIcon, word: 'Cancelled' },
  failed: { tone: 'bad', icon: ErrorIcon, word: 'Failed' },
};

export const TRADE_ROLE: Record<TradeRole, string> = {
  entry: 'Entry',
  exit: 'Exit',
  stop: 'Stop',
  target: 'Target',
};

/** How far an order has come, in words. */
export const ORDER_STATE: Record<Trade['state'], string> = {
  created: 'To be sent',
  submitting: 'Being sent',
  unknown: 'Sent, outcome not known yet',
  open: 'At the broker',
  partial: 'Filled in part',
  filled: 'Filled',
  canceled: 'Cancelled',
  expired: 'Expired',
  rejected: 'Rejected',
  unsent: 'Never sent',
  absent: 'Never arrived',
};
