import OverIcon from '@mui/icons-material/CheckCircleOutlineOutlined';
import CloseIcon from '@mui/icons-material/CloseOutlined';
import ErrorIcon from '@mui/icons-material/ErrorOutlineOutlined';
import InfoIcon from '@mui/icons-material/InfoOutlined';
import BellIcon from '@mui/icons-material/NotificationsNoneOutlined';
import WarningIcon from '@mui/icons-material/WarningAmberOutlined';
import {
  Badge,
  Box,
  Drawer,
  IconButton,
  List,
  ListItem,
  ListItemText,
  Tooltip,
  Typography,
} from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { closeSnackbar } from 'notistack';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { EmptyState } from '@/components/common/EmptyState';
import { StatusChip, type Tone } from '@/components/common/StatusChip';
import { useLive } from '@/hooks/live';
import { alertsOptions } from '@/hooks/queries/alerts';
import { formatLocalClock } from '@/lib/format';
import { changedAt, isOver } from '@/services/alertStore';
import type { AlertLevel } from '@/types/events';

const LEVEL: Record<AlertLevel, { tone: Tone; icon: typeof InfoIcon; word: string }> = {
  info: { tone: 'info', icon: InfoIcon, word: 'Info' },
  warning: { tone: 'caution', icon: WarningIcon, word: 'Warning' },
  error: { tone: 'bad', icon: ErrorIcon, word: 'Error' },
};

const OVER: (typeof LEVEL)[AlertLevel] = { tone: 'good', icon: OverIcon, word: 'Over' };

export function AlertBell() {
  const { alerts } = useLive();
  const { data } = useQuery(alertsOptions());
  useEffect(() => {
    if (data) alerts.read(data.results);
  }, [alerts, data]);
  const { entries, unread } = useSyncExternalStore(alerts.subscribe, alerts.getSnapshot);
  const [isOpen, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
    alerts.markRead();
  };
  return (
    <>
      <Tooltip title="Alerts">
        <IconButton
          aria-label={unread > 0 ? `Alerts, ${unread} unread` : 'Alerts'}
          color="inherit"
          size="small"
          onClick={() => {
            setOpen(true);
            alerts.markRead();
            // The list shows what the toasts say.
            closeSnackbar();
          }}
        >
          <Badge badgeContent={unread} max={99} color="error" overlap="circular">
            <BellIcon fontSize="small" />
          </Badge>
        </IconButton>
      </Tooltip>
      <Drawer
        anchor="right"
        open={isOpen}
        onClose={close}
        slotProps={{
          paper: { sx: { width: 380, maxWidth: '100vw' }, 'aria-label': 'Alerts', role: 'dialog' },
        }}
      >
        <Box
          sx={{
            display: 'flex',
            alignItems: 'center',
            px: 2,
            py: 1,
            borderBottom: 1,
            borderColor: 'divider',
          }}
        >
          <Typography variant="h2">Alerts</Typography>
          <IconButton aria-label="Close alerts" size="small" onClick={close} sx={{ ml: 'auto' }}>
            <CloseIcon fontSize="small" />
          </IconButton>
        </Box>
        {entries.length === 0 ? (
          <EmptyState title="No alerts" hint="What you should know is kept here." />
        ) : (
          <List dense disablePadding>
            {entries.map((alert) => {
              const { tone, icon, word } = isOver(alert) ? OVER : LEVEL[alert.level];
              return (
                <ListItem key={alert.alert} divider sx={{ display: 'block', px: 2 }}>
                  <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', color: 'text.secondary' }}>
                    <StatusChip tone={tone} icon={icon} bare>
                      {word}
                    </StatusChip>
                    <Typography variant="caption">
                      {[alert.bot, alert.symbol].filter((part) => part !== null).join(' · ')}
                    </Typography>
                    <Typography variant="caption" sx={{ ml: 'auto' }}>
                      <time dateTime={changedAt(alert)}>{formatLocalClock(changedAt(alert))}</time>
                    </Typography>
                  </Box>
                  <ListItemText
                    primary={alert.message}
                    secondary={isOver(alert) && alert.message !== alert.words ? alert.words : undefined}
                  />
                </ListItem>
              );
            })}
          </List>
        )}
      </Drawer>
    </>
  );
}
