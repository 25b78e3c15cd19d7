import CloseIcon from '@mui/icons-material/CloseOutlined';
import BellIcon from '@mui/icons-material/NotificationsNoneOutlined';
import { Badge, Box, Button, Drawer, IconButton, List, Tooltip, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { closeSnackbar } from 'notistack';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { Link } from 'react-router';
import { paths } from '@/app/paths';
import { AlertRow } from '@/components/common/AlertRow';
import { EmptyState } from '@/components/common/EmptyState';
import { useLive } from '@/hooks/live';
import { alertsOptions, useMarkAlertsRead } from '@/hooks/queries/alerts';

export function AlertBell() {
  const { alerts } = useLive();
  const { data } = useQuery(alertsOptions());
  useEffect(() => {
    if (data) alerts.read(data.results, data.read_upto, data.unread);
  }, [alerts, data]);
  const { entries, unread } = useSyncExternalStore(alerts.subscribe, alerts.getSnapshot);
  const [isOpen, setOpen] = useState(false);
  const markRead = useMarkAlertsRead().mutate;
  const readAll = () => {
    const upto = alerts.markRead();
    if (upto !== null) markRead(upto);
  };
  const close = () => {
    setOpen(false);
    readAll();
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
            readAll();
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
          <Button
            component={Link}
            to={paths.alerts.href()}
            size="small"
            color="inherit"
            onClick={close}
            sx={{ ml: 'auto' }}
          >
            All alerts
          </Button>
          <IconButton aria-label="Close alerts" size="small" onClick={close}>
            <CloseIcon fontSize="small" />
          </IconButton>
        </Box>
        {entries.length === 0 ? (
          <EmptyState title="No alerts" hint="What you should know is kept here." />
        ) : (
          <List dense disablePadding>
            {entries.map((alert) => (
              <AlertRow key={alert.alert} alert={alert} />
            ))}
          </List>
        )}
      </Drawer>
    </>
  );
}
