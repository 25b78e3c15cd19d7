import { Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { paths } from '@/app/paths';
import { BotHeading } from '@/features/bots/components/BotHeading';
import { EditBot } from '@/features/bots/components/EditBot';
import { FormLoading } from '@/features/bots/components/form/FormLoading';
import { useFormParts } from '@/features/bots/components/form/useFormParts';
import { Page } from '@/components/common/Page';
import { botOptions } from '@/features/bots/api/bots';
import { ApiError } from '@/lib/errors';
import { idOf } from '@/lib/urlFilters';
import { NotFoundPage } from '@/app/NotFoundPage';

export function EditBotPage() {
  const id = idOf(useParams().id ?? null);
  const bot = useQuery({ ...botOptions(id ?? 0), enabled: id !== null });
  const { schema, catalogue, error, retry } = useFormParts();
  const isGone = bot.error instanceof ApiError && bot.error.status === 404;
  if (id === null || (isGone && !bot.data)) return <NotFoundPage />;
  return (
    <Page
      title={bot.data ? `Settings of ${bot.data.name}` : 'Settings'}
      actions={
        bot.data && (
          <>
            <BotHeading bot={bot.data} />
            <Button component={Link} to={paths.bot.href(id)} variant="outlined" color="inherit">
              Overview
            </Button>
          </>
        )
      }
    >
      {bot.data && schema && catalogue ? (
        <EditBot key={id} bot={bot.data} schema={schema} catalogue={catalogue} />
      ) : (
        <FormLoading
          error={error ?? bot.error}
          onRetry={() => {
            retry();
            if (bot.error) void bot.refetch();
          }}
        />
      )}
    </Page>
  );
}
