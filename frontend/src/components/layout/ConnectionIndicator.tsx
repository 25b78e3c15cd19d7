import BoltIcon from '@mui/icons-material/BoltOutlined';
import SyncProblemIcon from '@mui/icons-material/SyncProblemOutlined';
import { Box, Tooltip } from '@mui/material';
import { useConnection } from '@/hooks/useConnection';
import { visuallyHidden } from '@/theme/visuallyHidden';

export function ConnectionIndicator() {
  const { phase } = useConnection();
  const isOpen = phase === 'open';
  const Icon = isOpen ? BoltIcon : SyncProblemIcon;
  const label = isOpen ? 'Live' : 'Reconnecting';
  return (
    <Tooltip title={isOpen ? 'Live updates are arriving' : 'Live updates are lost; trying again'}>
      <Box
        component="span"
        data-testid="connection"
        data-state={isOpen ? 'open' : 'reconnecting'}
        sx={{
          display: 'inline-flex',
          alignItems: 'center',
          gap: 0.25,
          px: 0.75,
          fontSize: '0.75rem',
          fontWeight: 600,
          color: isOpen ? 'success.main' : 'warning.main',
        }}
      >
        <Icon aria-hidden sx={{ fontSize: 17 }} />
        <Box component="span" sx={{ display: { xs: 'none', sm: 'inline' } }}>
          {label}
        </Box>
        <Box component="span" sx={{ ...visuallyHidden, display: { sm: 'none' } }}>
          {label}
        </Box>
      </Box>
    </Tooltip>
  );
}
