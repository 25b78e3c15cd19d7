import SearchIcon from '@mui/icons-material/SearchOutlined';
import { InputAdornment, TextField } from '@mui/material';
import { useEffect, useState } from 'react';

const TYPING_MS = 300;

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** Asks once the typing pauses. */
export function SearchFilter({ label, value, onChange }: Props) {
  const [text, setText] = useState(value);
  const [asked, setAsked] = useState(value);
  // The address was changed by something else: Back, or "Clear filters".
  if (value !== asked) {
    setAsked(value);
    setText(value);
  }
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => {
      setAsked(text);
      onChange(text);
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [text, value, onChange]);
  return (
    <TextField
      type="search"
      size="small"
      label={label}
      value={text}
      onChange={({ target }) => {
        setText(target.value);
      }}
      slotProps={{
        inputLabel: { shrink: true },
        input: {
          startAdornment: (
            <InputAdornment position="start">
              <SearchIcon aria-hidden fontSize="small" />
            </InputAdornment>
          ),
        },
      }}
      sx={{ minWidth: 180 }}
    />
  );
}
