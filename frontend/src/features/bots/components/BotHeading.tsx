import { useQuery } from '@tanstack/react-query';
import { haltOf, haltsOptions } from '@/features/halts/api/halts';
import type { Bot } from '@/types/domain';
import { BotActions } from './BotActions';
import { BotStatusChip, HaltChip } from './BotFacts';
import { BotMenu } from './BotMenu';

/** Its state and its buttons, beside its name. */
export function BotHeading({ bot }: { bot: Bot }) {
  const halts = useQuery(haltsOptions()).data?.results;
  const halt = haltOf(halts, bot.id);
  return (
    <>
      <BotStatusChip bot={bot} />
      <HaltChip halt={halt} />
      <BotActions bot={bot} />
      <BotMenu bot={bot} halt={halt} />
    </>
  );
}
