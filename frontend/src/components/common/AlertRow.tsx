import OverIcon from '@mui/icons-material/CheckCircleOutlineOutlined';
import ErrorIcon from '@mui/icons-material/ErrorOutlineOutlined';
import InfoIcon from '@mui/icons-material/InfoOutlined';
import WarningIcon from '@mui/icons-material/WarningAmberOutlined';
import { Box, ListItem, ListItemText, Typography } from '@mui/material';
import { Link } from 'react-router';
import { paths } from '@/app/paths';
import { StatusChip, type Tone } from '@/components/common/StatusChip';
import { formatDayClock, formatLocalClock } from '@/lib/format';
import { isOver } from '@/services/alertStore';
import type { Alert } from '@/types/domain';
import type { AlertLevel } from '@/types/events';

const LEVEL: Record<AlertLevel, { tone: Tone; icon: typeof InfoIcon; word: string }> = {
  info: { tone: 'info', icon: InfoIcon, word: 'Info' },
  warning: { tone: 'caution', icon: WarningIcon, word: 'Warning' },
  error: { tone: 'bad', icon: ErrorIcon, word: 'Error' },
};

const OVER: (typeof LEVEL)[AlertLevel] = { tone: 'good', icon: OverIcon, word: 'Over' };

interface Props {
  alert: Alert;
  isUnread?: boolean;
  /** The day to tell other days from: then it says which day it was, and for how long. */
  today?: string | undefined;
  botName?: string | undefined;
}

/** One thing people were told: what it is now, and of trouble that is over also what it was. */
export function AlertRow({ alert, isUnread = false, today, botName }: Props) {
  const { tone, icon, word } = isOver(alert) ? OVER : LEVEL[alert.level];
  const links = { color: 'inherit' } as const;
  return (
    <ListItem
      divider
      data-testid="alert"
      data-unread={isUnread}
      sx={{ display: 'block', px: 2, ...(isUnread && { bgcolor: 'action.hover' }) }}
    >
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center', color: 'text.secondary' }}>
        <StatusChip tone={tone} icon={icon} bare>
          {isUnread ? `${word}, unread` : word}
        </StatusChip>
        {alert.bot !== null && (
          <Typography variant="caption" component={Link} to={paths.bot.href(alert.bot)} style={links}>
            {botName ?? `Bot ${alert.bot}`}
          </Typography>
        )}
        {alert.symbol !== null && (
          <Typography variant="caption" component={Link} to={paths.symbol.href(alert.symbol)} style={links}>
            {alert.symbol}
          </Typography>
        )}
        <Typography variant="caption" sx={{ ml: 'auto' }}>
          {today === undefined ? (
            <time dateTime={alert.changed_at}>{formatLocalClock(alert.changed_at)}</time>
          ) : (
            <Span alert={alert} today={today} />
          )}
        </Typography>
      </Box>
      <ListItemText
        primary={alert.message}
        secondary={isOver(alert) && alert.message !== alert.words ? alert.words : undefined}
      />
    </ListItem>
  );
}

/** "10:02 – 10:04", and while it stands "since 10:02". */
function Span({ alert, today }: { alert: Alert; today: string }) {
  const began = <time dateTime={alert.began_at}>{formatDayClock(alert.began_at, today)}</time>;
  if (alert.ended_at === null) return <>since {began}</>;
  if (!isOver(alert)) return began;
  return (
    <>
      {began} – <time dateTime={alert.ended_at}>{formatDayClock(alert.ended_at, today)}</time>
    </>
  );
}
