import { Alert } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { enqueueSnackbar } from 'notistack';
import { useRef } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import { paths } from '@/app/paths';
import { BotForm } from '@/features/bots/components/form/BotForm';
import { parseConfig, type ParsedConfig } from '@/features/bots/components/form/configJson';
import { linkedConfig } from '@/features/bots/components/form/configLink';
import { FormLoading } from '@/features/bots/components/form/FormLoading';
import { useFormParts } from '@/features/bots/components/form/useFormParts';
import { Page } from '@/components/common/Page';
import { botOptions, useCreateBot, type BotConfig } from '@/features/bots/api/bots';
import { useConfigureBlock } from '@/hooks/useSession';
import { idOf } from '@/lib/urlFilters';
import { describeError } from '@/lib/errors';
import type { Bot, BotField } from '@/types/domain';

/** A copy begins without what must be its own. */
function likeConfig(bot: Bot | undefined): BotConfig {
  return bot ? { ...bot, name: '' } : {};
}

/** What a link brought: settings, or what is wrong with them. */
function readLinked(hash: string, fields: readonly BotField[]): ParsedConfig | null {
  try {
    const text = linkedConfig(hash);
    return text === null ? null : parseConfig(text, fields);
  } catch (error) {
    return { config: null, problem: describeError(error) };
  }
}

export function CreateBotPage() {
  const [search] = useSearchParams();
  const { hash } = useLocation();
  const like = idOf(search.get('like'));
  const { schema, catalogue, error, retry } = useFormParts();
  const original = useQuery({ ...botOptions(like ?? 0), enabled: like !== null, refetchInterval: false });
  const create = useCreateBot();
  const navigate = useNavigate();
  const block = useConfigureBlock();
  const made = useRef<Bot | null>(null);
  const linked = schema ? readLinked(hash, schema.fields) : null;
  const isReady = schema && catalogue && (like === null || original.data !== undefined);
  return (
    <Page title={original.data ? `New bot like ${original.data.name}` : 'New bot'}>
      {linked?.problem && (
        <Alert severity="error" variant="outlined">
          {`${linked.problem}. The form below is empty.`}
        </Alert>
      )}
      {linked?.config && (
        <Alert severity="info" variant="outlined">
          These settings came with the link you opened. Look at them before you create a bot of them.
        </Alert>
      )}
      {isReady ? (
        <BotForm
          schema={schema}
          catalogue={catalogue}
          initial={linked?.config ?? likeConfig(original.data)}
          readOnly={block}
          submitLabel="Create bot"
          act="createBot"
          offerTemplates={like === null && !linked?.config}
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
