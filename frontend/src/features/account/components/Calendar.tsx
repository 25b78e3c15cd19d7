import { Box, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { ErrorState } from '@/components/common/ErrorState';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { calendarOptions } from '@/features/account/api/account';
import { useMarketDay } from '@/hooks/useMarket';
import { formatDate, formatDateWeekday, formatHourMinute } from '@/lib/format';
import { zoneLabel } from '@/lib/zone';
import type { MarketDay } from '@/types/domain';

function hoursText({ open, close, early_close: early }: MarketDay): string {
  if (open === null || close === null) return 'closed all day';
  const hours = `${formatHourMinute(open)}–${formatHourMinute(close)} ${zoneLabel()}`;
  return early ? `${hours}, closes early` : hours;
}

/** Whatever is not a usual day stands out: nobody wants to find out by a bot that did not trade. */
export function Calendar() {
  const today = useMarketDay();
  const { data, error, refetch } = useQuery({
    ...calendarOptions(today ?? ''),
    enabled: today !== undefined,
  });
  const unusual = data?.days.filter((day) => day.open === null || day.early_close) ?? [];
  return (
    <Panel
      title="The exchange’s calendar"
      note={<Note unusual={unusual.length} known={data !== undefined} />}
    >
      {data ? (
        <Box
          component="ul"
          aria-label="Trading days"
          // It scrolls by itself, so it must be reachable by keyboard.
          tabIndex={0}
          sx={{ listStyle: 'none', m: 0, p: 0, maxHeight: 320, overflowY: 'auto' }}
        >
          {data.days.map((day) => {
            const isUsual = day.open !== null && !day.early_close;
            return (
              <Box
                component="li"
                key={day.date}
                sx={{
                  display: 'flex',
                  gap: 1.5,
                  px: 1.5,
                  py: 0.5,
                  borderTop: 1,
                  borderColor: 'divider',
                  fontSize: '0.8125rem',
                  fontWeight: isUsual ? 400 : 650,
                }}
              >
                <Box component="time" dateTime={day.date} sx={{ minWidth: 110 }}>
                  {`${formatDateWeekday(day.date)} ${formatDate(day.date)}`}
                  {day.date === data.today && ' (today)'}
                </Box>
                <Box sx={{ color: isUsual ? 'text.secondary' : 'warning.main' }}>{hoursText(day)}</Box>
              </Box>
            );
          })}
        </Box>
      ) : error ? (
        <ErrorState title="The calendar could not be read" error={error} onRetry={() => void refetch()} />
      ) : (
        <RowSkeleton rows={6} label="Loading the calendar" />
      )}
    </Panel>
  );
}

function Note({ unusual, known }: { unusual: number; known: boolean }) {
  if (!known) return null;
  return (
    <Typography variant="caption" color="textSecondary">
      {`next 60 days, ${unusual === 0 ? 'none' : unusual} of them unusual`}
    </Typography>
  );
}
