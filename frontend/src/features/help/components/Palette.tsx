import { Autocomplete, Box, Dialog, DialogContent, TextField } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import { paths } from '@/app/paths';
import { botsOptions } from '@/features/bots/api/bots';
import { PAGES } from '@/features/help/shortcuts';
import { useConfigureBlock } from '@/hooks/useSession';
import type { Bot } from '@/types/domain';

interface Place {
  group: string;
  label: string;
  href: string;
}

const NO_BOTS: readonly Bot[] = [];

function placesOf(bots: readonly Bot[], mayConfigure: boolean): Place[] {
  const symbols = [...new Set(bots.flatMap((bot) => bot.symbols))].sort();
  return [
    ...PAGES.map(({ does, href }) => ({ group: 'Pages', label: does, href })),
    ...(mayConfigure ? [{ group: 'Pages', label: 'Create a bot', href: paths.newBot.href() }] : []),
    ...bots.map(({ id, name }) => ({ group: 'Bots', label: name, href: paths.bot.href(id) })),
    ...symbols.map((symbol) => ({ group: 'Symbols', label: symbol, href: paths.symbol.href(symbol) })),
  ];
}

/** Any page, bot or symbol by a few letters of its name. */
export function Palette({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const mayConfigure = useConfigureBlock() === null;
  const bots = useQuery(botsOptions()).data?.results ?? NO_BOTS;
  const places = useMemo(() => placesOf(bots, mayConfigure), [bots, mayConfigure]);
  return (
    <Dialog
      open
      onClose={onClose}
      fullWidth
      slotProps={{ paper: { 'aria-label': 'Find' } }}
      maxWidth="sm"
      sx={{ '& .MuiDialog-container': { alignItems: 'flex-start' } }}
    >
      <DialogContent sx={{ p: 1.5 }}>
        <Autocomplete
          open
          autoHighlight
          options={places}
          groupBy={({ group }) => group}
          getOptionKey={({ href }) => href}
          renderInput={(params) => (
            <TextField {...params} autoFocus label="Find a page, a bot or a symbol" size="small" />
          )}
          slotProps={{
            // In the dialog, where it belongs, instead of above everything.
            popper: {
              disablePortal: true,
              sx: { position: 'static !important', transform: 'none !important', width: '100% !important' },
            },
            listbox: { sx: { maxHeight: '50vh' } },
          }}
          onChange={(_, place) => {
            if (!place) return;
            onClose();
            void navigate(place.href);
          }}
          onClose={(_, reason) => {
            if (reason === 'escape') onClose();
          }}
        />
        <Box sx={{ color: 'text.secondary', fontSize: '0.75rem', pt: 1 }}>
          Enter opens it, Escape closes this. ? shows all keys.
        </Box>
      </DialogContent>
    </Dialog>
  );
}
