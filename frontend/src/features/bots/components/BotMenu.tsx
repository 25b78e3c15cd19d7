import MoreIcon from '@mui/icons-material/MoreVertOutlined';
import { IconButton, Menu, MenuItem, Tooltip } from '@mui/material';
import { useId, useState } from 'react';
import { Link } from 'react-router';
import { paths } from '@/app/paths';
import { ClearHaltDialog } from '@/features/halts/components/ClearHaltDialog';
import { HaltDialog } from '@/features/halts/components/HaltDialog';
import { useActionBlock, useConfigureBlock } from '@/hooks/useSession';
import type { Bot, Halt } from '@/types/domain';
import { ArchiveBotDialog } from './ArchiveBotDialog';
import { settingsOf } from './form/configJson';
import { SaveTemplateDialog } from './SaveTemplateDialog';

interface Props {
  bot: Bot;
  halt: Halt | undefined;
}

/** What is done to a bot now and then: its settings, its trades, a halt of its own, the archive. */
export function BotMenu({ bot, halt }: Props) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [asked, setAsked] = useState<'halt' | 'clear' | 'archive' | 'template' | null>(null);
  const menuId = useId();
  const mayAct = useActionBlock() === null;
  const mayConfigure = useConfigureBlock() === null;
  const close = () => {
    setAnchor(null);
  };
  const ask = (what: 'halt' | 'clear' | 'archive' | 'template') => () => {
    setAsked(what);
    close();
  };
  const done = () => {
    setAsked(null);
  };
  return (
    <>
      <Tooltip title="More">
        <IconButton
          aria-label={`More for ${bot.name}`}
          aria-haspopup="menu"
          aria-controls={anchor ? menuId : undefined}
          aria-expanded={anchor !== null}
          size="small"
          onClick={({ currentTarget }) => {
            setAnchor(currentTarget);
          }}
        >
          <MoreIcon fontSize="small" />
        </IconButton>
      </Tooltip>
      <Menu id={menuId} anchorEl={anchor} open={anchor !== null} onClose={close}>
        <MenuItem component={Link} to={paths.botSettings.href(bot.id)}>
          {mayConfigure ? 'Edit' : 'Settings'}
        </MenuItem>
        <MenuItem component={Link} to={paths.newBot.href({ like: bot.id })} disabled={!mayConfigure}>
          Make another like it
        </MenuItem>
        <MenuItem disabled={!mayConfigure} onClick={ask('template')}>
          Save as a template…
        </MenuItem>
        <MenuItem component={Link} to={paths.decisions.href({ bot: bot.id })}>
          Its decisions
        </MenuItem>
        <MenuItem component={Link} to={paths.backtests.href({ bot: bot.id })}>
          Backtest it
        </MenuItem>
        <MenuItem component={Link} to={paths.trades.href({ bot: bot.id })}>
          Its trades
        </MenuItem>
        <MenuItem component={Link} to={paths.positions.href({ bot: bot.id })}>
          Its positions
        </MenuItem>
        {halt ? (
          <MenuItem disabled={!mayAct} onClick={ask('clear')}>
            Clear its halt…
          </MenuItem>
        ) : (
          <MenuItem disabled={!mayAct} onClick={ask('halt')}>
            Halt its entries…
          </MenuItem>
        )}
        <MenuItem disabled={!mayConfigure} onClick={ask('archive')}>
          Archive…
        </MenuItem>
      </Menu>
      {asked === 'halt' && <HaltDialog bot={bot} onDone={done} />}
      {asked === 'clear' && halt && <ClearHaltDialog halt={halt} onDone={done} />}
      {asked === 'template' && (
        <SaveTemplateDialog config={settingsOf(bot)} suggested={bot.name} onDone={done} />
      )}
      {asked === 'archive' && <ArchiveBotDialog bot={bot} onDone={done} />}
    </>
  );
}
