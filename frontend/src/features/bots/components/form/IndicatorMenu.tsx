import AddIcon from '@mui/icons-material/AddOutlined';
import { Box, Button, ListItemText, ListSubheader, Menu, MenuItem } from '@mui/material';
import { useId, useState } from 'react';
import { useWatch } from 'react-hook-form';
import type { IndicatorCatalogue } from '@/types/domain';
import type { BotDraft } from './draft';
import { useBotForm } from './formContext';
import { indicatorKey, newBuiltIn, newCustom, type IndicatorDraft } from './indicatorDraft';
import { freeName } from './indicatorName';

const GROUPS = [
  ['momentum', 'Momentum'],
  ['trend', 'Trend'],
  ['volume', 'Volume'],
] as const;

/** A label that no other indicator of that name has: the second SMA is SMA:2. A custom one has another name instead. */
function withFreeKey(
  draft: IndicatorDraft,
  others: readonly IndicatorDraft[],
  catalogue: IndicatorCatalogue,
): IndicatorDraft {
  if (draft.pandasTa) return { ...draft, name: freeName(draft, others, catalogue) };
  const taken = new Set(others.map(indicatorKey));
  if (!taken.has(indicatorKey(draft))) return draft;
  let count = 2;
  while (taken.has(`${draft.name}:${count}`)) count += 1;
  return { ...draft, label: String(count) };
}

export function IndicatorMenu({ onAdd }: { onAdd: (indicator: IndicatorDraft) => void }) {
  const { catalogue } = useBotForm();
  const chosen = useWatch<BotDraft, 'indicators'>({ name: 'indicators' });
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const menuId = useId();
  const add = (draft: IndicatorDraft) => () => {
    setAnchor(null);
    onAdd(withFreeKey(draft, chosen, catalogue));
  };
  return (
    <Box>
      <Button
        variant="outlined"
        startIcon={<AddIcon />}
        aria-haspopup="menu"
        aria-controls={anchor ? menuId : undefined}
        aria-expanded={anchor !== null}
        onClick={({ currentTarget }) => {
          setAnchor(currentTarget);
        }}
      >
        Add an indicator
      </Button>
      <Menu
        id={menuId}
        anchorEl={anchor}
        open={anchor !== null}
        onClose={() => {
          setAnchor(null);
        }}
        slotProps={{ paper: { sx: { maxWidth: 440 } }, list: { dense: true } }}
      >
        {GROUPS.flatMap(([group, word]) => [
          <ListSubheader key={group} role="presentation" sx={{ lineHeight: 2.4 }}>
            {word}
          </ListSubheader>,
          ...catalogue.indicators
            .filter((kind) => kind.group === group)
            .map((kind) => (
              <MenuItem key={kind.name} onClick={add(newBuiltIn(kind))} sx={{ whiteSpace: 'normal' }}>
                <ListItemText
                  primary={`${kind.name} · ${kind.title}`}
                  secondary={kind.votes ? undefined : 'Only forbids entries'}
                />
              </MenuItem>
            )),
        ])}
        <ListSubheader role="presentation" sx={{ lineHeight: 2.4 }}>
          Custom
        </ListSubheader>
        <MenuItem onClick={add(newCustom(catalogue))} sx={{ whiteSpace: 'normal' }}>
          <ListItemText
            primary="Another function of pandas-ta"
            secondary={`${catalogue.custom.functions.length} functions, with rules of your own`}
          />
        </MenuItem>
      </Menu>
    </Box>
  );
}
