import { Box, Typography } from '@mui/material';
import { formatDate, formatDateWeekday, formatSignedMoney } from '@/lib/format';
import { heatColour, usePlotColours } from './plotTheme';
import { weeksOf, type CalendarDay } from './weeks';

const CELL = 15;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'];

interface Props {
  days: readonly CalendarDay[];
  label: string;
}

/** One cell a trading day, a column a week; the more was gained or lost, the stronger its colour. */
export function DayCalendar({ days, label }: Props) {
  const colours = usePlotColours();
  const weeks = weeksOf(days);
  const most = Math.max(...days.map(({ value }) => Math.abs(value)), 0);
  const colourOf = (value: number) => heatColour(value, most, colours, [25, 100]);
  return (
    <Box
      sx={{ overflowX: 'auto', px: 1.5, pb: 1.25 }}
      tabIndex={0}
      role="region"
      aria-label={`${label}, scrollable`}
    >
      <Box role="img" aria-label={label} sx={{ display: 'flex', gap: '3px', width: 'max-content' }}>
        <Box aria-hidden sx={{ display: 'grid', gap: '3px', gridAutoRows: CELL, pr: 0.5, pt: '17px' }}>
          {WEEKDAYS.map((name) => (
            <Typography key={name} variant="caption" color="textSecondary" sx={{ lineHeight: `${CELL}px` }}>
              {name}
            </Typography>
          ))}
        </Box>
        {weeks.map(({ month, days: cells }, place) => (
          <Box key={place} sx={{ width: CELL }}>
            <Typography
              variant="caption"
              color="textSecondary"
              sx={{
                display: 'block',
                height: 17,
                lineHeight: '14px',
                whiteSpace: 'nowrap',
                overflow: 'visible',
              }}
            >
              {month}
            </Typography>
            <Box sx={{ display: 'grid', gap: '3px', gridAutoRows: CELL }}>
              {cells.map((day, weekday) => (
                <Box
                  key={weekday}
                  title={
                    day
                      ? `${formatDateWeekday(day.date)} ${formatDate(day.date)}: ${formatSignedMoney(day.value)}`
                      : undefined
                  }
                  sx={{ borderRadius: '3px', bgcolor: day ? colourOf(day.value) : 'transparent' }}
                />
              ))}
            </Box>
          </Box>
        ))}
      </Box>
    </Box>
  );
}
