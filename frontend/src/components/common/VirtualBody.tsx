import { TableBody, TableCell, TableRow } from '@mui/material';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';

/** As many rows are made at once: a page finds text in them, and they cost little. */
const FEW = 100;
const BEYOND_THE_WINDOW = 15;

interface Props<T> {
  rows: readonly T[];
  /** Pixels, about. */
  rowHeight: number;
  columns: number;
  children: (row: T) => ReactNode;
}

/** The body of a table that may be long: of many rows only those in and near the window are made. */
export function VirtualBody<T>(props: Props<T>) {
  return props.rows.length <= FEW ? (
    <TableBody>{props.rows.map((row) => props.children(row))}</TableBody>
  ) : (
    <LongBody {...props} />
  );
}

function LongBody<T>({ rows, rowHeight, columns, children }: Props<T>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const place = body.current?.getBoundingClientRect().top;
    if (place !== undefined) setTop(Math.round(place + window.scrollY));
  }, [rows.length]);
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: BEYOND_THE_WINDOW,
    scrollMargin: top,
  });
  const shown = virtualizer.getVirtualItems();
  const above = (shown[0]?.start ?? top) - top;
  const below = virtualizer.getTotalSize() - ((shown.at(-1)?.end ?? top) - top);
  return (
    <TableBody ref={body}>
      <Space height={above} columns={columns} />
      {shown.map(({ index }) => {
        const row = rows[index];
        return row === undefined ? null : children(row);
      })}
      <Space height={below} columns={columns} />
    </TableBody>
  );
}

function Space({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null;
  return (
    <TableRow aria-hidden>
      <TableCell colSpan={columns} sx={{ height, p: 0, border: 0 }} />
    </TableRow>
  );
}
