import { TableRow, type SxProps, type TableRowProps, type Theme } from '@mui/material';
import type { MouseEvent } from 'react';

interface Props extends Omit<TableRowProps, 'onClick'> {
  /** What a click on the row does, beside the link in it that says so. */
  onOpen: (() => void) | undefined;
}

/**
 * Whether a click that reached a row was meant for something else: what can be pressed in it, or a dialog or menu that
 * one of its buttons has opened elsewhere on the page.
 */
function isForAnother(target: EventTarget, row: Element): boolean {
  return (
    !(target instanceof Element) ||
    !row.contains(target) ||
    target.closest('a, button, input, label') !== null
  );
}

/** A row that opens wherever it is clicked. Keyboards and screen readers have the link or button in it. */
export function OpenableRow({ onOpen, sx, ...props }: Props) {
  return (
    <TableRow
      hover
      {...props}
      {...(onOpen && {
        onClick: ({ target, currentTarget }: MouseEvent) => {
          // Whoever marks text to copy it does not want to leave.
          const marks = window.getSelection()?.toString() ?? '';
          if (marks === '' && !isForAnother(target, currentTarget)) onOpen();
        },
      })}
      sx={
        [
          { cursor: onOpen ? 'pointer' : undefined },
          ...(Array.isArray(sx) ? (sx as SxProps<Theme>[]) : [sx]),
        ] as SxProps<Theme>
      }
    />
  );
}
