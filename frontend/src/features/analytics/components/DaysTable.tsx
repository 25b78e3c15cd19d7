import { Table, TableBody, TableCell, TableHead, TableRow, Typography } from '@mui/material';
import { ScrollBox } from '@/components/common/ScrollBox';

/** A year of sessions; what is older is in the file. */
const MOST_ROWS = 260;

interface Props {
  label: string;
  names: readonly string[];
  /** Oldest first; what each is, as it is read. */
  days: readonly { date: string; cells: readonly string[] }[];
}

/** The numbers of a plot over days, the newest first. */
export function DaysTable({ label, names, days }: Props) {
  const shown = days.slice(-MOST_ROWS).reverse();
  return (
    <ScrollBox label={label}>
      <Table size="small" stickyHeader aria-label={label}>
        <TableHead>
          <TableRow>
            <TableCell>Day</TableCell>
            {names.map((name) => (
              <TableCell key={name} align="right" sx={{ maxWidth: 160, overflowWrap: 'anywhere' }}>
                {name}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {shown.map(({ date, cells }) => (
            <TableRow key={date} hover>
              <TableCell component="th" scope="row" sx={{ whiteSpace: 'nowrap' }}>
                {date}
              </TableCell>
              {names.map((name, index) => (
                <TableCell key={name} align="right">
                  {cells[index]}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {days.length > shown.length && (
        <Typography variant="caption" color="textSecondary" sx={{ display: 'block', px: 1.5, py: 1 }}>
          {`The newest ${MOST_ROWS} of ${days.length} days; the CSV has all.`}
        </Typography>
      )}
    </ScrollBox>
  );
}
