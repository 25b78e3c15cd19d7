import { Button, List, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { AlertRow } from '@/components/common/AlertRow';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { BotsFilter } from '@/components/common/filters/BotsFilter';
import { FilterBar } from '@/components/common/filters/FilterBar';
import { SelectFilter } from '@/components/common/filters/SelectFilter';
import { SymbolsFilter } from '@/components/common/filters/SymbolsFilter';
import { Page } from '@/components/common/Page';
import { Pager } from '@/components/common/Pager';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import {
  alertScope,
  KIND_WORDS,
  LEVEL_WORDS,
  NO_ALERT_FILTERS,
  readAlertFilters,
  STATE_WORDS,
} from '@/features/alerts/components/alertFilters';
import { botsOptions } from '@/features/bots/api/bots';
import { useLive } from '@/hooks/live';
import { alertPageOptions, useMarkAlertsRead } from '@/hooks/queries/alerts';
import { useMarketDay } from '@/hooks/useMarket';
import { useUrlState } from '@/hooks/useUrlState';
import { cursorOf } from '@/lib/urlFilters';
import { zoneLabel } from '@/lib/zone';
import { isUnread } from '@/services/alertStore';

export function AlertsPage() {
  const [search, change] = useUrlState();
  const filters = readAlertFilters(search);
  const scope = alertScope(filters);
  const { alerts } = useLive();
  const { data, error, refetch, isPlaceholderData } = useQuery(
    alertPageOptions({ ...scope, cursor: filters.cursor }),
  );
  const bots = useQuery(botsOptions()).data?.results;
  const markRead = useMarkAlertsRead();
  const today = useMarketDay() ?? '';
  const set = (name: string) => (value: string | null) => {
    change({ [name]: value, cursor: null });
  };
  const go = (address: string | null) =>
    address === null
      ? null
      : () => {
          change({ cursor: cursorOf(address) });
        };
  return (
    <Page title="Alerts" busy={isPlaceholderData}>
      <FilterBar
        label="Filter alerts"
        active={Object.values(scope).filter((value) => value !== null).length}
        onClear={() => {
          change(NO_ALERT_FILTERS);
        }}
      >
        <SelectFilter
          label="State"
          value={filters.state}
          options={Object.entries(STATE_WORDS)}
          all="All"
          onChange={set('state')}
        />
        <SelectFilter
          label="Level"
          value={filters.level}
          options={Object.entries(LEVEL_WORDS)}
          all="All"
          onChange={set('level')}
        />
        <SelectFilter
          label="Kind"
          value={filters.kind}
          options={Object.entries(KIND_WORDS)}
          all="All"
          onChange={set('kind')}
          minWidth={150}
        />
        <BotsFilter
          value={filters.bots}
          onChange={(ids) => {
            set('bot')(ids.join());
          }}
        />
        <SymbolsFilter
          value={filters.symbols}
          onChange={(symbols) => {
            set('symbol')(symbols.join());
          }}
        />
      </FilterBar>
      <Panel
        title="Inbox"
        note={
          data && (
            <Typography variant="caption" color="textSecondary">
              {`${data.unread === 100 ? '100 or more' : data.unread} unread; real time, ${zoneLabel()}`}
            </Typography>
          )
        }
        actions={
          <Button
            size="small"
            color="inherit"
            disabled={!data || data.unread === 0 || markRead.isPending}
            onClick={() => {
              markRead.mutate(alerts.markRead() ?? new Date().toISOString());
            }}
          >
            Mark all as read
          </Button>
        }
      >
        {data ? (
          data.results.length === 0 ? (
            <EmptyState title="No alerts here" hint="What you should know is kept here for a year." />
          ) : (
            <>
              <List dense disablePadding aria-label="Alerts">
                {data.results.map((alert) => (
                  <AlertRow
                    key={alert.alert}
                    alert={alert}
                    isUnread={isUnread(alert, data.read_upto)}
                    today={today}
                    botName={bots?.find(({ id }) => id === alert.bot)?.name}
                  />
                ))}
              </List>
              <Pager
                label="Pages of alerts"
                note={`${data.results.length} on this page`}
                onPrevious={go(data.previous)}
                onNext={go(data.next)}
              />
            </>
          )
        ) : error ? (
          <ErrorState title="The alerts could not be read" error={error} onRetry={() => void refetch()} />
        ) : (
          <RowSkeleton rows={6} height={56} label="Loading the alerts" />
        )}
      </Panel>
    </Page>
  );
}
