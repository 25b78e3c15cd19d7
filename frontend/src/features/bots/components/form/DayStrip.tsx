import { Box, Typography } from '@mui/material';
import { useWatch } from 'react-hook-form';
import { formatTimeOfDay } from '@/lib/format';
import type { BotDraft } from './draft';

/** Minutes of the New York day: the strip, and the regular session in it. */
const FROM = 9 * 60;
const TO = 16 * 60 + 30;
const OPEN = 9 * 60 + 30;
const CLOSE = 16 * 60;
const HOURS = [10, 11, 12, 13, 14, 15, 16];

function at(minute: number): string {
  return `${((Math.min(TO, Math.max(FROM, minute)) - FROM) / (TO - FROM)) * 100}%`;
}

function lengthText(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return [hours > 0 ? `${hours} h` : '', rest > 0 ? `${rest} min` : ''].filter(Boolean).join(' ');
}

/** The trading day with the bot's window in it. */
export function DayStrip() {
  const [startHour, startMinute, endHour, endMinute] = useWatch<
    BotDraft,
    ['fields.start_hour', 'fields.start_minute', 'fields.end_hour', 'fields.end_minute']
  >({ name: ['fields.start_hour', 'fields.start_minute', 'fields.end_hour', 'fields.end_minute'] });
  const start = Number(startHour) * 60 + Number(startMinute);
  const end = Number(endHour) * 60 + Number(endMinute);
  const inSession = Math.max(0, Math.min(end, CLOSE) - Math.max(start, OPEN));
  const text =
    end <= start
      ? 'The window ends before it starts'
      : inSession === 0
        ? 'The market is closed during this window: the session is from 09:30 to 16:00'
        : `${lengthText(inSession)} of the session, which is from 09:30 to 16:00. Exits follow the window too; stops and targets rest at the broker all day.`;
  return (
    <Box component="figure" sx={{ m: 0 }}>
      <Box aria-hidden sx={{ position: 'relative', height: 44, mx: 1 }}>
        <Box
          sx={{
            position: 'absolute',
            inset: '0 0 18px',
            borderRadius: 1,
            bgcolor: 'raised',
            border: 1,
            borderColor: 'divider',
          }}
        />
        <Box
          sx={{
            position: 'absolute',
            top: 0,
            bottom: 18,
            left: at(OPEN),
            width: `calc(${at(CLOSE)} - ${at(OPEN)})`,
            bgcolor: 'divider',
          }}
        />
        {end > start && (
          <Box
            data-testid="window"
            sx={{
              position: 'absolute',
              top: 0,
              bottom: 18,
              left: at(start),
              width: `calc(${at(end)} - ${at(start)})`,
              borderRadius: 0.5,
              bgcolor: 'color-mix(in srgb, var(--mui-palette-primary-main) 45%, transparent)',
              borderInline: '2px solid',
              borderColor: 'primary.main',
            }}
          />
        )}
        {HOURS.map((hour) => (
          <Box
            key={hour}
            sx={{
              position: 'absolute',
              left: at(hour * 60),
              bottom: 0,
              transform: 'translateX(-50%)',
              fontSize: '0.6875rem',
              color: 'text.secondary',
            }}
          >
            {formatTimeOfDay(hour, 0)}
          </Box>
        ))}
      </Box>
      <Typography component="figcaption" variant="caption" color="textSecondary">
        {text}
      </Typography>
    </Box>
  );
}
