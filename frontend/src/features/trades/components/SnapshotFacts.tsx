import { Facts } from '@/components/common/Facts';
import { formatReading } from '@/lib/format';

interface Props {
  /** Indicator, line, value. */
  values: Readonly<Record<string, unknown>>;
  votes?: Readonly<Record<string, number>>;
}

const VOTE: Record<string, string> = { '1': 'votes buy', '0': 'no vote', '-1': 'votes sell' };

function linesOf(value: unknown): string {
  if (typeof value === 'number') return formatReading(value);
  if (typeof value !== 'object' || value === null) return '—';
  return Object.entries(value as Record<string, unknown>)
    .map(([line, inner]) => `${line} ${typeof inner === 'number' ? formatReading(inner) : '—'}`)
    .join(' · ');
}

/** The indicators as they stood. */
export function SnapshotFacts({ values, votes = {} }: Props) {
  const facts = Object.entries(values).map(([key, value]) => {
    const vote = votes[key];
    return {
      label: vote === undefined ? key : `${key} · ${VOTE[String(vote)] ?? ''}`,
      value: linesOf(value),
    };
  });
  return <Facts minWidth={190} facts={facts} />;
}
