import { Tooltip } from '@mui/material';
import { formatClock, formatDayClock, formatZones } from '@/lib/format';

interface Props {
  value: string;
  /** The market's date: an earlier day is named. */
  today?: string | undefined;
}

/** A time of day in the zone that is shown; the others on hover. */
export function ShownTime({ value, today }: Props) {
  return (
    <Tooltip title={formatZones(value)}>
      <time dateTime={value}>{today === undefined ? formatClock(value) : formatDayClock(value, today)}</time>
    </Tooltip>
  );
}
