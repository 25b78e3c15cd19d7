import { Paper, Skeleton } from '@mui/material';
import { Facts } from '@/components/common/Facts';
import { Pnl } from '@/components/common/Pnl';
import type { DayParts as Parts } from '@/lib/pnl';

/** Where the day's P&L of the account comes from, fees, dividends and interest included; the parts add up to it. Null: not known yet. */
export function DayParts({ parts }: { parts: Parts | null }) {
  const value = (amount: string | null | undefined) =>
    parts ? <Pnl amount={amount ?? null} /> : <Skeleton width={80} />;
  return (
    <Paper
      component="section"
      aria-label="Day P&L by origin"
      sx={{ border: 1, borderColor: 'divider', borderRadius: 1.5, px: 1.5, py: 1 }}
    >
      <Facts
        minWidth={180}
        facts={[
          { label: 'Day P&L of the bots', value: value(parts?.bots) },
          { label: 'Not ordered by a bot', value: value(parts?.byHand) },
          { label: 'Not yet attributed', value: value(parts?.unattributed) },
        ]}
      />
    </Paper>
  );
}
