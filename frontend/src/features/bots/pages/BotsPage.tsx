import AddIcon from '@mui/icons-material/AddOutlined';
import { Button } from '@mui/material';
import { useCallback } from 'react';
import { Link, useNavigate } from 'react-router';
import { paths } from '@/app/paths';
import { BotList } from '@/features/bots/components/BotList';
import { BOT_STATUSES, readBotFilters, type BotOrdering } from '@/features/bots/components/botFilters';
import { BOT_STATUS } from '@/features/bots/components/botStatus';
import { ActionButton } from '@/components/common/ActionButton';
import { FilterBar } from '@/components/common/filters/FilterBar';
import { SearchFilter } from '@/components/common/filters/SearchFilter';
import { SelectFilter } from '@/components/common/filters/SelectFilter';
import { Page } from '@/components/common/Page';
import { HaltAllButton } from '@/features/halts/components/HaltAllButton';
import { useConfigureBlock } from '@/hooks/useSession';
import { useIsPhone } from '@/hooks/useIsPhone';
import { useUrlState } from '@/hooks/useUrlState';

const SORTED: readonly (readonly [BotOrdering, string])[] = [
  ['-today', 'P&L today, best first'],
  ['today', 'P&L today, worst first'],
  ['-total_pnl', 'P&L total, best first'],
  ['total_pnl', 'P&L total, worst first'],
  ['-open_positions', 'Most positions'],
  ['-win_rate', 'Highest win rate'],
  ['-capital', 'Most capital'],
  ['-created_at', 'Newest'],
];
const STATUS_OPTIONS = BOT_STATUSES.map((status) => [status, BOT_STATUS[status].word] as const);

export function BotsPage() {
  const [search, change] = useUrlState();
  const filters = readBotFilters(search);
  const navigate = useNavigate();
  const block = useConfigureBlock();
  const isPhone = useIsPhone();
  const find = useCallback(
    (words: string) => {
      change({ search: words, page: null });
    },
    [change],
  );
  return (
    <Page
      title="Bots"
      actions={
        <>
          <HaltAllButton />
          <Button component={Link} to={paths.decisions.href()} variant="outlined" color="inherit">
            Decisions
          </Button>
          <ActionButton
            variant="contained"
            startIcon={<AddIcon />}
            disabledReason={block}
            onClick={() => void navigate(paths.newBot.href())}
          >
            Create a bot
          </ActionButton>
        </>
      }
    >
      <FilterBar
        label="Find bots"
        active={(filters.status ? 1 : 0) + (filters.search ? 1 : 0)}
        onClear={() => {
          change({ status: null, search: null, page: null });
        }}
      >
        <SearchFilter label="Name" value={filters.search} onChange={find} />
        <SelectFilter
          label="Status"
          value={filters.status}
          options={STATUS_OPTIONS}
          all="Any status"
          onChange={(status) => {
            change({ status, page: null });
          }}
        />
        {isPhone && (
          <SelectFilter
            label="Sorted by"
            value={filters.ordering === 'name' ? null : filters.ordering}
            options={SORTED}
            all="Name"
            onChange={(ordering) => {
              change({ ordering, page: null });
            }}
          />
        )}
      </FilterBar>
      <BotList filters={filters} onChange={change} />
    </Page>
  );
}
