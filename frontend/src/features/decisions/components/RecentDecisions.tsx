import { Box, Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { paths } from '@/app/paths';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { decisionPageOptions } from '@/features/decisions/api/decisions';
import { DecisionRow } from './DecisionRow';

const SHOWN = 8;

/** What was decided last by one bot, or of one symbol, and why; the page of decisions has all of it. */
export function RecentDecisions({ of }: { of: { bot: number } | { symbol: string } }) {
  const { data, error, refetch } = useQuery({
    ...decisionPageOptions({ ...of, page_size: SHOWN }),
  });
  return (
    <Panel
      title="Recent decisions"
      actions={
        <Button size="small" color="inherit" component={Link} to={paths.decisions.href(of)}>
          All of them
        </Button>
      }
    >
      {!data ? (
        error ? (
          <ErrorState title="The decisions could not be read" error={error} onRetry={() => void refetch()} />
        ) : (
          <RowSkeleton rows={SHOWN} height={40} label="Loading decisions" />
        )
      ) : data.results.length === 0 ? (
        <EmptyState title="No decisions yet" hint="A running bot decides at every tick." />
      ) : (
        <Box component="ul" aria-label="Recent decisions" sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {data.results.map((decision) => (
            <DecisionRow key={decision.id} decision={decision} />
          ))}
        </Box>
      )}
    </Panel>
  );
}
