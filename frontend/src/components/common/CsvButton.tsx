import DownloadIcon from '@mui/icons-material/FileDownloadOutlined';
import { Button } from '@mui/material';
import { downloadCsv, type Cell } from '@/lib/download';

interface Props {
  /** What is in the file, in a word or two; its name and the label of the button. */
  name: string;
  head: readonly string[];
  rows: readonly (readonly Cell[])[];
}

/** The rows shown, as a file for a spreadsheet: exact figures, no rounding. */
export function CsvButton({ name, head, rows }: Props) {
  return (
    <Button
      size="small"
      color="inherit"
      startIcon={<DownloadIcon />}
      aria-label={`Export ${name} as CSV`}
      onClick={() => {
        downloadCsv(name.replaceAll(' ', '-'), head, rows);
      }}
    >
      CSV
    </Button>
  );
}
