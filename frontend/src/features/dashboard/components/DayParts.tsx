import { Paper } from '@mui/material';
import { Facts } from '@/components/common/Facts';
import { Pnl } from '@/components/common/Pnl';
import type { DayParts as Parts } from '@/lib/pnl';

/** Where the day's P&L of the account comes from, fees, dividends and interest included; the parts add up to it. */
export function DayParts({ parts }: { parts: Parts }) {
  return (
    <Paper
      component="section"
      aria-label="Day P&L by origin"
      sx={{ border: 1, borderColor: 'divider', borderRadius: 1.5, px: 1.5, py: 1 }}
    >
      <Facts
        minWidth={180}
        facts={[
          { label: 'Day P&L of the bots', value: <Pnl amount={parts.bots} /> },
          { label: 'Not ordered by a bot', value: <Pnl amount={parts.byHand} /> },
          { label: 'Not yet attributed', value: <Pnl amount={parts.unattributed} /> },
        ]}
      />
    </Paper>
  );
}
