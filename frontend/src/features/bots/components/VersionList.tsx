import { useQuery } from '@tanstack/react-query';
import { ErrorState } from '@/components/common/ErrorState';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { botVersionsOptions } from '@/features/bots/api/bots';
import type { Bot } from '@/types/domain';
import { VersionRows } from './VersionRows';

/** What its settings were and who changed them; the way back is on the page of its settings. */
export function VersionList({ bot }: { bot: Bot }) {
  const { data, error, refetch } = useQuery(botVersionsOptions(bot.id, bot.version));
  return (
    <Panel title="Versions">
      {data ? (
        <VersionRows versions={data.results} current={bot.version} />
      ) : error ? (
        <ErrorState title="The versions could not be read" error={error} onRetry={() => void refetch()} />
      ) : (
        <RowSkeleton rows={2} label="Loading versions" />
      )}
    </Panel>
  );
}
