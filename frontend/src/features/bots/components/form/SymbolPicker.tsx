import { Autocomplete, Box, TextField } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, type ClipboardEvent, type KeyboardEvent } from 'react';
import { useController } from 'react-hook-form';
import { symbolsOptions } from '@/features/bots/api/catalogue';
import { useDebounced } from '@/hooks/useDebounced';
import type { BotField, StockSymbol } from '@/types/domain';
import type { BotDraft } from './draft';
import { useBotForm } from './formContext';
import { entered, listed, splitSymbols } from './symbolText';

const TYPING_MS = 200;

function named(symbol: string, found: readonly StockSymbol[]): string {
  return found.find((each) => each.symbol === symbol)?.name ?? '';
}

/**
 * Symbols the exchange lists, found as one types. A list that is pasted or typed becomes chips, and so does what Enter
 * finds; Enter never saves the form from here, and what is typed but not chosen is not forgotten.
 */
export function SymbolPicker({ field }: { field: BotField }) {
  const { readOnly } = useBotForm();
  const { field: input, fieldState } = useController<BotDraft, 'symbols'>({ name: 'symbols' });
  const { field: text } = useController<BotDraft, 'typedSymbols'>({ name: 'typedSymbols' });
  const typed = text.value;
  const search = useDebounced(typed.trim(), TYPING_MS);
  const { data, isFetching, isPlaceholderData, error } = useQuery(symbolsOptions(search));
  const found = data?.results ?? [];
  const isCurrent = search === typed.trim() && (error !== null || (data !== undefined && !isPlaceholderData));
  const byArrow = useRef(false);
  const choose = (symbols: readonly string[]) => {
    input.onChange([...new Set(symbols.map((symbol) => symbol.toUpperCase()))]);
  };
  const add = (symbols: readonly string[]) => {
    if (symbols.length > 0) choose([...input.value, ...symbols]);
  };
  const finish = (symbols: readonly string[]) => {
    add(symbols);
    if (symbols.length > 0) text.onChange('');
  };
  const waits = useRef(false);
  const take = () => {
    waits.current = !isCurrent;
    if (isCurrent) finish(entered(typed, found, error !== null));
  };
  useEffect(() => {
    if (waits.current && isCurrent) take();
  });
  const enter = (event: KeyboardEvent & { defaultMuiPrevented?: boolean }) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    // What arrow keys have reached is taken by the list itself; anything else in it may be of an older search.
    if (readOnly !== null || byArrow.current) return;
    event.defaultMuiPrevented = true;
    take();
  };
  const leave = () => {
    text.onBlur();
    input.onBlur();
    if (isCurrent) finish(listed(typed, found));
  };
  const paste = (event: ClipboardEvent) => {
    const symbols = splitSymbols(event.clipboardData.getData('text'));
    if (symbols.length < 2 || readOnly !== null) return;
    event.preventDefault();
    add(symbols);
  };
  const type = (value: string) => {
    const end = Math.max(value.lastIndexOf(','), value.lastIndexOf(';'));
    add(splitSymbols(value.slice(0, Math.max(0, end))));
    text.onChange(value.slice(end + 1).trimStart());
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
      onInputChange={(_, value, reason) => {
        if (reason === 'input' || reason === 'clear') type(value);
      }}
      onChange={(_, symbols) => {
        choose(symbols);
        text.onChange('');
        byArrow.current = false;
      }}
      onHighlightChange={(_, option, reason) => {
        byArrow.current = reason === 'keyboard' && option !== null;
      }}
      onBlur={leave}
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
          onKeyDown={enter}
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
