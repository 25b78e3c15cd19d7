import { formatWholeMoney } from '@/lib/format';
import type { BotDraft } from './draft';

function amount(text: string | undefined): number | null {
  const value = Number(text);
  return text === undefined || text.trim() === '' || !Number.isFinite(value) || value <= 0 ? null : value;
}

/** What a percentage of this bot is in dollars: of its capital, or of its largest position. */
export function riskMeaning(name: string, { fields }: Pick<BotDraft, 'fields'>): string | null {
  const capital = amount(fields.capital);
  const percent = amount(fields[name.replaceAll('.', '/')]);
  if (capital === null || percent === null) return null;
  const size = amount(fields['risk_management/max_position_size']);
  const position = size === null ? null : (capital * size) / 100;
  const part = (whole: number) => formatWholeMoney((whole * percent) / 100);
  switch (name) {
    case 'risk_management.max_position_size':
      return `at most ${part(capital)} in one symbol`;
    case 'risk_management.max_daily_loss':
      return `no entries after a loss of ${part(capital)} in a session`;
    case 'risk_management.stop_loss':
      return position === null
        ? null
        : `about ${part(position)} lost on a full position of ${formatWholeMoney(position)}`;
    case 'risk_management.take_profit':
      return position === null ? null : `about ${part(position)} gained on a full position`;
    default:
      return null;
  }
}
