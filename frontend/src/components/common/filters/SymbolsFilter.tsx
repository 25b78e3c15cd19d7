import { Autocomplete, TextField } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { botsOptions } from '@/features/bots/api/bots';
import { symbolsOf } from '@/lib/urlFilters';

interface Props {
  value: readonly string[];
  onChange: (symbols: string[]) => void;
}

/** Offers the symbols of the bots; any other can be typed. */
export function SymbolsFilter({ value, onChange }: Props) {
  const { data } = useQuery(botsOptions());
  const known = [...new Set(data?.results.flatMap(({ symbols }) => symbols))].sort();
  return (
    <Autocomplete
      multiple
      freeSolo
      size="small"
      limitTags={3}
      options={known}
      value={[...value]}
      onChange={(_, symbols) => {
        onChange(symbolsOf(symbols.join()));
      }}
      renderInput={(params) => (
        <TextField
          {...params}
          label="Symbols"
          placeholder={value.length === 0 ? 'All symbols' : ''}
          slotProps={{ ...params.slotProps, inputLabel: { ...params.slotProps.inputLabel, shrink: true } }}
        />
      )}
      slotProps={{ chip: { size: 'small' } }}
      sx={{ minWidth: 190, maxWidth: 420 }}
    />
  );
}
