import { Autocomplete, Box, TextField } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState, type ClipboardEvent } from 'react';
import { useController } from 'react-hook-form';
import { symbolsOptions } from '@/features/bots/api/catalogue';
import { useDebounced } from '@/hooks/useDebounced';
import type { BotField, StockSymbol } from '@/types/domain';
import type { BotDraft } from './draft';
import { useBotForm } from './formContext';

const TYPING_MS = 200;

function named(symbol: string, found: readonly StockSymbol[]): string {
  return found.find((each) => each.symbol === symbol)?.name ?? '';
}

function split(text: string): string[] {
  return text
    .toUpperCase()
    .split(/[\s,;]+/)
    .filter(Boolean);
}

/** Symbols the exchange lists, found as one types; a pasted list is taken apart. */
export function SymbolPicker({ field }: { field: BotField }) {
  const { readOnly } = useBotForm();
  const { field: input, fieldState } = useController<BotDraft, 'symbols'>({ name: 'symbols' });
  const [typed, setTyped] = useState('');
  const search = useDebounced(typed.trim(), TYPING_MS);
  const { data, isFetching, error } = useQuery(symbolsOptions(search));
  const found = data?.results ?? [];
  const choose = (symbols: string[]) => {
    input.onChange([...new Set(symbols.map((symbol) => symbol.toUpperCase()))]);
  };
  const paste = (event: ClipboardEvent) => {
    const symbols = split(event.clipboardData.getData('text'));
    if (symbols.length < 2 || readOnly) return;
    event.preventDefault();
    choose([...input.value, ...symbols]);
  };
  return (
    <Autocomplete
      multiple
      autoHighlight
      disableCloseOnSelect
      filterSelectedOptions
      size="small"
      readOnly={readOnly !== null}
      options={found.map(({ symbol }) => symbol)}
      filterOptions={(options) => options}
      value={input.value}
      inputValue={typed}
      onInputChange={(_, text, reason) => {
        if (reason !== 'blur') setTyped(text);
      }}
      onChange={(_, symbols) => {
        choose(symbols);
        setTyped('');
      }}
      onBlur={input.onBlur}
      loading={isFetching}
      loadingText="Searching…"
      noOptionsText={error ? 'The symbols could not be searched' : 'No such symbol is listed'}
      renderOption={({ key, ...props }, symbol) => (
        <Box component="li" key={key} {...props} sx={{ gap: 1 }}>
          <Box component="span" sx={{ fontWeight: 650, minWidth: 56 }}>
            {symbol}
          </Box>
          <Box component="span" sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>
            {named(symbol, found)}
          </Box>
        </Box>
      )}
      renderInput={(params) => (
        <TextField
          {...params}
          inputRef={input.ref}
          label={field.label}
          required={field.required}
          error={fieldState.invalid}
          helperText={
            fieldState.error?.message ?? `${field.help ? `${field.help}. ` : ''}${input.value.length} chosen`
          }
          onPaste={paste}
          placeholder={input.value.length === 0 ? 'Type a symbol or a company' : ''}
          slotProps={{
            ...params.slotProps,
            inputLabel: { ...params.slotProps.inputLabel, shrink: true },
            formHelperText: { sx: { mx: 0.25 } },
          }}
        />
      )}
      slotProps={{ chip: { size: 'small' } }}
    />
  );
}
