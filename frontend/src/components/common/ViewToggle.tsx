import { ToggleButton, ToggleButtonGroup } from '@mui/material';

interface Props<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
}

/** One of a few, all in sight. */
export function ViewToggle<T extends string>({ label, value, options, onChange }: Props<T>) {
  return (
    <ToggleButtonGroup
      exclusive
      size="small"
      aria-label={label}
      value={value}
      onChange={(_, next: T | null) => {
        if (next) onChange(next);
      }}
    >
      {options.map(([option, word]) => (
        <ToggleButton
          key={option}
          value={option}
          sx={{ py: { xs: 0.75, md: 0.25 }, px: 1, textTransform: 'none', fontSize: '0.75rem' }}
        >
          {word}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
