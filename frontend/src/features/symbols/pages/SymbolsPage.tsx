import { Autocomplete, TextField } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { paths } from '@/app/paths';
import { chartSymbols } from '@/components/charts/chartChoice';
import { Page } from '@/components/common/Page';
import { botsOptions } from '@/features/bots/api/bots';
import { openPositionsOptions } from '@/features/positions/api/positions';
import { SymbolRows } from '@/features/symbols/components/SymbolRows';
import { useWatchlist } from '@/features/symbols/watchlist';
import { symbolsOptions } from '@/features/bots/api/catalogue';
import { useDebounced } from '@/hooks/useDebounced';
import { useLiveSymbols } from '@/hooks/useLiveSymbols';
import type { StockSymbol } from '@/types/domain';

const TYPING_MS = 200;
const NONE: readonly StockSymbol[] = [];

/** What is watched and what the bots trade, with its newest price; and any other stock by its name. */
export function SymbolsPage() {
  const { symbols: watched } = useWatchlist();
  const bots = useQuery(botsOptions()).data?.results ?? [];
  const positions = useQuery(openPositionsOptions()).data?.results ?? [];
  const traded = chartSymbols(bots).filter((symbol) => !watched.includes(symbol));
  useLiveSymbols([...watched, ...traded]);
  const rows = { bots, positions };
  return (
    <Page title="Symbols" actions={<FindSymbol />}>
      <SymbolRows
        title="Watchlist"
        symbols={watched}
        empty="Press the star of a symbol to watch it. The list is kept in this browser."
        {...rows}
      />
      <SymbolRows title="Traded by bots" symbols={traded} empty="No bot trades another symbol." {...rows} />
    </Page>
  );
}

function FindSymbol() {
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const { data } = useQuery(symbolsOptions(useDebounced(typed.trim(), TYPING_MS)));
  return (
    <Autocomplete
      size="small"
      sx={{ width: 260 }}
      options={data?.results ?? NONE}
      filterOptions={(found) => [...found]}
      getOptionLabel={({ symbol, name }) => `${symbol} · ${name}`}
      getOptionKey={({ symbol }) => symbol}
      inputValue={typed}
      onInputChange={(_, text) => {
        setTyped(text);
      }}
      onChange={(_, found) => {
        if (found) void navigate(paths.symbol.href(found.symbol));
      }}
      renderInput={(params) => <TextField {...params} label="Find a symbol" />}
    />
  );
}
