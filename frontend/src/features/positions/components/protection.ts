import GoodIcon from '@mui/icons-material/GppGoodOutlined';
import BadIcon from '@mui/icons-material/GppBadOutlined';
import MaybeIcon from '@mui/icons-material/GppMaybeOutlined';
import ShieldIcon from '@mui/icons-material/ShieldOutlined';
import type { SvgIconComponent } from '@mui/icons-material';
import type { Tone } from '@/components/common/StatusChip';
import type { Protection } from '@/types/domain';

export const PROTECTION: Record<
  Protection,
  { tone: Tone; icon: SvgIconComponent; word: string; explanation: string }
> = {
  protected: {
    tone: 'good',
    icon: GoodIcon,
    word: 'Protected',
    explanation: 'A stop for all of its shares rests at the broker',
  },
  cancelling: {
    tone: 'caution',
    icon: MaybeIcon,
    word: 'Cancelling',
    explanation: 'Its stop is being cancelled at the broker, so that the shares can be sold',
  },
  unprotected: {
    tone: 'bad',
    icon: BadIcon,
    word: 'Unprotected',
    explanation: 'No stop rests at the broker at this moment',
  },
  unmanaged: {
    tone: 'caution',
    icon: MaybeIcon,
    word: 'Unmanaged',
    explanation: 'Its bot is stopped: only what rests at the broker watches it',
  },
  closed: { tone: 'quiet', icon: ShieldIcon, word: 'Closed', explanation: 'Nothing is held any more' },
};
