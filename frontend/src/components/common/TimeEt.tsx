import { Tooltip } from '@mui/material';
import { formatClock, formatDayClock, formatZones } from '@/lib/format';

interface Props {
  value: string;
  /** The market's date: an earlier day is named. */
  today?: string | undefined;
}

/** New York time; local and UTC on hover. */
export function TimeEt({ value, today }: Props) {
  return (
    <Tooltip title={formatZones(value)}>
      <time dateTime={value}>{today === undefined ? formatClock(value) : formatDayClock(value, today)}</time>
    </Tooltip>
  );
}
