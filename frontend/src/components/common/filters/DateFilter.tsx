import { TextField } from '@mui/material';

interface Props {
  label: string;
  /** YYYY-MM-DD, a day of New York. */
  value: string | null;
  onChange: (value: string | null) => void;
}

export function DateFilter({ label, value, onChange }: Props) {
  return (
    <TextField
      type="date"
      size="small"
      label={label}
      value={value ?? ''}
      onChange={({ target }) => {
        onChange(target.value || null);
      }}
      sx={{ width: { md: 150 } }}
      slotProps={{ inputLabel: { shrink: true } }}
    />
  );
}
