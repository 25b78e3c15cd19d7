import { MenuItem, TextField } from '@mui/material';

interface Props {
  label: string;
  value: string | null;
  /** Value and word, in the order they are offered. */
  options: readonly (readonly [string, string])[];
  /** The word for "no matter which"; without it something is always chosen. */
  all?: string;
  onChange: (value: string | null) => void;
  minWidth?: number;
}

export function SelectFilter({ label, value, options, all, onChange, minWidth = 120 }: Props) {
  return (
    <TextField
      select
      size="small"
      label={label}
      value={value ?? ''}
      onChange={({ target }) => {
        onChange(target.value || null);
      }}
      sx={{ minWidth }}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
    >
      {all !== undefined && <MenuItem value="">{all}</MenuItem>}
      {options.map(([option, word]) => (
        <MenuItem key={option} value={option}>
          {word}
        </MenuItem>
      ))}
    </TextField>
  );
}
