import { Box } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { enqueueSnackbar } from 'notistack';
import { useState } from 'react';
import { botOptions, useUpdateBot, type BotConfig } from '@/features/bots/api/bots';
import { useConfigureBlock } from '@/hooks/useSession';
import { isConflict } from '@/lib/errors';
import type { Bot, BotSchema, IndicatorCatalogue } from '@/types/domain';
import { BotResults } from './BotResults';
import { LastDecision, StatusReason } from './BotFacts';
import { BotForm } from './form/BotForm';
import { StaleVersion } from './StaleVersion';
import { VersionsPanel } from './VersionsPanel';

interface Props {
  bot: Bot;
  schema: BotSchema;
  catalogue: IndicatorCatalogue;
}

/** The settings of a bot. The form is of the version it was opened with, whatever happens meanwhile. */
export function EditBot({ bot, schema, catalogue }: Props) {
  const client = useQueryClient();
  const [seen, setSeen] = useState<{ version: number; config: BotConfig; opened: number }>({
    version: bot.version,
    config: { ...bot },
    opened: 0,
  });
  const update = useUpdateBot(bot.id);
  const block = useConfigureBlock();

  // The refusal that was answered by keeping what was typed: there is nothing more to say of it.
  const [answered, setAnswered] = useState<unknown>(null);
  // Both are about the version that is named. Nothing is read first: who saves at once saves on top of that one.
  const stale = (
    <StaleVersion
      seen={seen.version}
      newest={bot.version}
      onReload={() => {
        setSeen(({ opened }) => ({ version: bot.version, config: { ...bot }, opened: opened + 1 }));
      }}
      onKeep={() => {
        setSeen((before) => ({ ...before, version: bot.version }));
        setAnswered(update.error);
      }}
    />
  );

  return (
    <>
      <BotResults bot={bot} />
      <Box sx={{ px: 0.5 }}>
        <StatusReason bot={bot} />
        <LastDecision bot={bot} />
      </Box>
      {bot.version > seen.version && !update.isPending && stale}
      <BotForm
        key={seen.opened}
        schema={schema}
        catalogue={catalogue}
        initial={seen.config}
        readOnly={block}
        submitLabel="Save changes"
        act="saveBot"
        onSave={async (config) => {
          const saved = await update
            .mutateAsync({ ...config, version: seen.version })
            .catch(async (error: unknown) => {
              // Refused because of a newer version: it must be known to be explained.
              if (isConflict(error)) await client.query({ ...botOptions(bot.id), staleTime: 0 });
              throw error;
            });
          setSeen((before) => ({ ...before, version: saved.version }));
          return { ...saved };
        }}
        onSaved={() => {
          const when = bot.status === 'running' ? ' It applies from the next tick on.' : '';
          enqueueSnackbar(`${bot.name} is saved.${when}`, { variant: 'success' });
        }}
        explain={(error) => {
          if (error === answered) return <></>;
          return isConflict(error) && bot.version > seen.version ? stale : null;
        }}
        aside={<VersionsPanel bot={bot} />}
      />
    </>
  );
}
