import { Autocomplete, TextField } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { botsOptions } from '@/features/bots/api/bots';

interface Props {
  value: readonly number[];
  onChange: (ids: number[]) => void;
  label?: string;
  /** What it says while none is chosen. */
  none?: string;
  /** As many may be chosen. */
  most?: number;
}

export function BotsFilter({ value, onChange, label = 'Bots', none = 'All bots', most = Infinity }: Props) {
  const { data } = useQuery(botsOptions());
  const names = new Map(data?.results.map(({ id, name }) => [id, name]));
  return (
    <Autocomplete
      multiple
      size="small"
      limitTags={2}
      disableCloseOnSelect
      options={[...names.keys()]}
      value={[...value]}
      // A bot that was archived can still be asked for by its number.
      getOptionLabel={(id) => names.get(id) ?? `Bot ${id}`}
      getOptionDisabled={(id) => value.length >= most && !value.includes(id)}
      onChange={(_, ids) => {
        onChange(ids);
      }}
      renderInput={(params) => (
        <TextField
          {...params}
          label={label}
          placeholder={value.length === 0 ? none : ''}
          slotProps={{ ...params.slotProps, inputLabel: { ...params.slotProps.inputLabel, shrink: true } }}
        />
      )}
      slotProps={{ chip: { size: 'small' } }}
      sx={{ minWidth: 190, maxWidth: 420 }}
    />
  );
}
