import { Table, TableBody, TableCell, TableHead, TableRow } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { Pager } from '@/components/common/Pager';
import { Panel } from '@/components/common/Panel';
import { Pnl } from '@/components/common/Pnl';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { ScrollBox } from '@/components/common/ScrollBox';
import { ViewToggle } from '@/components/common/ViewToggle';
import { activitiesOptions } from '@/features/account/api/account';
import { useUrlState } from '@/hooks/useUrlState';
import { formatDate } from '@/lib/format';
import { cursorOf, oneOf } from '@/lib/urlFilters';
import type { Activity } from '@/types/domain';

const MONEY = ['all', 'results', 'transfers'] as const;
const WORDS: readonly (readonly [(typeof MONEY)[number], string])[] = [
  ['all', 'All'],
  ['results', 'Fees, dividends, interest'],
  ['transfers', 'Deposits and withdrawals'],
];

function ownerText({ transfer, attributed, owners }: Activity): string {
  if (transfer) return 'yours: no result';
  if (!attributed) return 'not known yet';
  return owners.map(({ bot_name: name }) => name ?? 'no bot').join(', ') || 'no bot';
}

/** Money that came or went without a trade, and whose it is. */
export function Activities() {
  const [search, change] = useUrlState();
  const money = oneOf(search.get('money'), MONEY) ?? 'all';
  const { data, error, refetch } = useQuery({
    ...activitiesOptions({ money: money === 'all' ? null : money, cursor: search.get('cursor') }),
  });
  const turn = (url: string | null | undefined) =>
    url
      ? () => {
          change({ cursor: cursorOf(url) });
        }
      : null;
  return (
    <Panel
      title="Money without a trade"
      actions={
        <ViewToggle
          label="Which money"
          value={money}
          options={WORDS}
          onChange={(next) => {
            change({ money: next === 'all' ? null : next, cursor: null });
          }}
        />
      }
    >
      {!data ? (
        error ? (
          <ErrorState title="The activities could not be read" error={error} onRetry={() => void refetch()} />
        ) : (
          <RowSkeleton rows={6} label="Loading activities" />
        )
      ) : data.results.length === 0 ? (
        <EmptyState
          title="Nothing yet"
          hint="Fees are booked by the broker in the evening, dividends on their day."
        />
      ) : (
        <ScrollBox label="Money without a trade">
          <Table size="small" aria-label="Money without a trade">
            <TableHead>
              <TableRow>
                <TableCell>Of the day (ET)</TableCell>
                <TableCell>Kind</TableCell>
                <TableCell>Symbol</TableCell>
                <TableCell align="right">Amount</TableCell>
                <TableCell>Whose</TableCell>
                <TableCell>In the broker’s words</TableCell>
              </TableRow>
            </TableHead>
            <TableBody>
              {data.results.map((row) => (
                <TableRow key={row.id} hover>
                  <TableCell>{formatDate(row.day)}</TableCell>
                  <TableCell>{[row.kind, row.sub_kind].filter(Boolean).join(' ')}</TableCell>
                  <TableCell>{row.symbol || '—'}</TableCell>
                  <TableCell align="right">
                    <Pnl amount={row.amount} />
                  </TableCell>
                  <TableCell>{ownerText(row)}</TableCell>
                  <TableCell sx={{ whiteSpace: 'normal' }}>{row.description}</TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </ScrollBox>
      )}
      <Pager
        label="Pages of activities"
        note="newest first"
        onPrevious={turn(data?.previous)}
        onNext={turn(data?.next)}
      />
    </Panel>
  );
}
