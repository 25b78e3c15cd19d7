import CircleIcon from '@mui/icons-material/Circle';
import CircleOutlinedIcon from '@mui/icons-material/CircleOutlined';
import { Box, Skeleton, Tooltip } from '@mui/material';
import { StatusChip } from '@/components/common/StatusChip';
import { useMarketNow, type MarketNow } from '@/hooks/useMarket';
import {
  formatClock,
  formatDuration,
  formatFactor,
  formatHourMinute,
  formatWeekday,
  formatZones,
} from '@/lib/format';
import { zoneLabel } from '@/lib/zone';

function bellText({ isOpen, nextBell, now, status }: MarketNow): string | null {
  if (status.frozen) return 'clock stands still';
  if (nextBell === null) return null;
  const left = formatDuration((nextBell - now) / 1000);
  if (isOpen) return `${status.early_close ? 'early close' : 'closes'} in ${left}`;
  return `opens ${formatWeekday(nextBell)} ${formatHourMinute(nextBell)} · in ${left}`;
}

export function MarketClock() {
  const market = useMarketNow();
  if (!market) return <Skeleton width={220} height={24} />;
  const { isOpen, now, status } = market;
  const bell = bellText(market);
  return (
    <Box
      role="group"
      aria-label="Market clock"
      sx={{ display: 'flex', alignItems: 'center', gap: 1.25, fontSize: '0.8125rem', minWidth: 0 }}
    >
      <StatusChip tone={isOpen ? 'good' : 'quiet'} icon={isOpen ? CircleIcon : CircleOutlinedIcon}>
        <Box component="span" sx={{ display: { xs: 'none', sm: 'inline' } }}>
          {'Market '}
        </Box>
        <Box component="span" sx={{ textTransform: { xs: 'capitalize', sm: 'none' } }}>
          {isOpen ? 'open' : 'closed'}
        </Box>
      </StatusChip>
      <Tooltip title={[bell, `Market time · ${formatZones(now)}`].filter(Boolean).join(' · ')}>
        <Box
          component="time"
          dateTime={new Date(now).toISOString()}
          sx={{ fontWeight: 650, whiteSpace: 'nowrap' }}
        >
          {formatClock(now)}
          <Box component="span" sx={{ ml: 0.5, fontWeight: 400, color: 'text.secondary' }}>
            {zoneLabel()}
          </Box>
        </Box>
      </Tooltip>
      {status.speed !== 1 && (
        <Tooltip title={`The market's clock runs ${formatFactor(status.speed)} times as fast as yours`}>
          <Box
            component="span"
            sx={{
              px: 0.5,
              borderRadius: 0.75,
              fontSize: '0.75rem',
              fontWeight: 700,
              color: 'warning.main',
              border: '1px solid color-mix(in srgb, currentColor 40%, transparent)',
            }}
          >
            ×{formatFactor(status.speed)}
          </Box>
        </Tooltip>
      )}
      {bell && (
        <Box
          component="span"
          title={bell}
          sx={{
            color: 'text.secondary',
            overflow: 'hidden',
            textOverflow: 'ellipsis',
            whiteSpace: 'nowrap',
            // Beside all pages there is no room for it: then it stands with the other zones.
            display: { lg: 'none', xl: 'inline' },
          }}
        >
          {bell}
        </Box>
      )}
    </Box>
  );
}
