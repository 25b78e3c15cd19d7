import { TableCell, TableSortLabel, type TableCellProps } from '@mui/material';
import { nextOrdering } from '@/lib/urlFilters';

interface Props {
  field: string;
  ordering: string;
  onOrder: (ordering: string) => void;
  align?: TableCellProps['align'];
  /** Numbers and times are first wanted from the top. */
  firstDescending?: boolean;
  children: string;
}

export function SortHeader({ field, ordering, onOrder, align, firstDescending = false, children }: Props) {
  const isActive = ordering === field || ordering === `-${field}`;
  const direction = ordering === field ? 'asc' : 'desc';
  return (
    <TableCell align={align} sortDirection={isActive ? direction : false}>
      <TableSortLabel
        active={isActive}
        direction={isActive ? direction : firstDescending ? 'desc' : 'asc'}
        onClick={() => {
          onOrder(nextOrdering(ordering, field, firstDescending));
        }}
        sx={{
          '&.Mui-focusVisible': { outline: '2px solid', outlineColor: 'primary.main', outlineOffset: 1 },
        }}
      >
        {children}
      </TableSortLabel>
    </TableCell>
  );
}
