import { Box, Typography } from '@mui/material';
import { formatDateWeekday, formatInteger, formatSignedMoney } from '@/lib/format';
import type { HourStats } from '@/types/domain';
import { heatColour, usePlotColours } from './plotTheme';

const HOURS = [9, 10, 11, 12, 13, 14, 15, 16];
// Any Monday to Friday: only their names are wanted.
const WEEKDAYS = ['2026-06-01', '2026-06-02', '2026-06-03', '2026-06-04', '2026-06-05'];

interface Props {
  cells: readonly HourStats[];
  label: string;
}

/** When money was made and lost: hours of the New York day by weekdays. The number of sales stands in each cell. */
export function HourHeat({ cells, label }: Props) {
  const colours = usePlotColours();
  const most = Math.max(...cells.map(({ pnl }) => Math.abs(Number(pnl))), 0);
  // No stronger: a number stands on it.
  const colourOf = (value: number) => heatColour(value, most, colours, [10, 40]);
  return (
    <Box
      role="img"
      aria-label={label}
      sx={{
        display: 'grid',
        gap: '3px',
        px: 1.5,
        pb: 1.25,
        gridTemplateColumns: `44px repeat(${HOURS.length}, minmax(26px, 1fr))`,
      }}
    >
      <span />
      {HOURS.map((hour) => (
        <Typography key={hour} variant="caption" color="textSecondary" sx={{ textAlign: 'center' }}>
          {`${hour}h`}
        </Typography>
      ))}
      {WEEKDAYS.map((date, weekday) => [
        <Typography key={date} variant="caption" color="textSecondary">
          {formatDateWeekday(date)}
        </Typography>,
        ...HOURS.map((hour) => {
          const cell = cells.find((each) => each.weekday === weekday && each.hour === hour);
          return (
            <Box
              key={`${date} ${hour}`}
              title={
                cell &&
                `${formatDateWeekday(date)} ${hour}h: ${formatSignedMoney(cell.pnl)}, ${cell.sales} sales`
              }
              sx={{
                height: 26,
                borderRadius: '3px',
                bgcolor: cell ? colourOf(Number(cell.pnl)) : 'transparent',
                border: cell ? 0 : 1,
                borderColor: 'divider',
                display: 'grid',
                placeItems: 'center',
                fontSize: '0.6875rem',
                color: 'text.primary',
              }}
            >
              {cell && formatInteger(cell.sales)}
            </Box>
          );
        }),
      ])}
    </Box>
  );
}
