import { useQuery } from '@tanstack/react-query';
import { enqueueSnackbar } from 'notistack';
import { useRef } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { paths } from '@/app/paths';
import { BotForm } from '@/features/bots/components/form/BotForm';
import { FormLoading } from '@/features/bots/components/form/FormLoading';
import { useFormParts } from '@/features/bots/components/form/useFormParts';
import { Page } from '@/components/common/Page';
import { botOptions, useCreateBot, type BotConfig } from '@/features/bots/api/bots';
import { useConfigureBlock } from '@/hooks/useSession';
import { idOf } from '@/lib/urlFilters';
import type { Bot } from '@/types/domain';

/** A copy begins without what must be its own. */
function likeConfig(bot: Bot | undefined): BotConfig {
  return bot ? { ...bot, name: '' } : {};
}

export function CreateBotPage() {
  const [search] = useSearchParams();
  const like = idOf(search.get('like'));
  const { schema, catalogue, error, retry } = useFormParts();
  const original = useQuery({ ...botOptions(like ?? 0), enabled: like !== null, refetchInterval: false });
  const create = useCreateBot();
  const navigate = useNavigate();
  const block = useConfigureBlock();
  const made = useRef<Bot | null>(null);
  const isReady = schema && catalogue && (like === null || original.data !== undefined);
  return (
    <Page title={original.data ? `New bot like ${original.data.name}` : 'New bot'}>
      {isReady ? (
        <BotForm
          schema={schema}
          catalogue={catalogue}
          initial={likeConfig(original.data)}
          readOnly={block}
          submitLabel="Create bot"
          offerTemplates={like === null}
          onSave={async (config) => {
            made.current = await create.mutateAsync(config);
            return { ...made.current };
          }}
          onSaved={() => {
            const bot = made.current;
            if (!bot) return;
            enqueueSnackbar(`${bot.name} is created. It is stopped: start it when you are ready.`, {
              variant: 'success',
            });
            void navigate(paths.bot.href(bot.id));
          }}
        />
      ) : (
        <FormLoading
          error={error ?? original.error}
          onRetry={() => {
            retry();
            if (original.error) void original.refetch();
          }}
        />
      )}
    </Page>
  );
}
