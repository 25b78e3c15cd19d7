import { Box, LinearProgress, Typography } from '@mui/material';
import { StatusChip } from '@/components/common/StatusChip';
import { formatPercent } from '@/lib/format';
import type { Backtest } from '@/types/domain';
import { BACKTEST_STATUS, isUnfinished } from './backtestStatus';

/** Its state in a word, and how far it is while it runs. */
export function BacktestState({ backtest }: { backtest: Backtest }) {
  const { word, tone, icon } = BACKTEST_STATUS[backtest.status];
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 1, minWidth: 0 }}>
      <StatusChip tone={tone} icon={icon} bare>
        {word}
      </StatusChip>
      {isUnfinished(backtest.status) && (
        <>
          <LinearProgress
            variant="determinate"
            value={Math.round(backtest.progress * 100)}
            aria-label={`Progress of ${backtest.name}`}
            sx={{ width: 72, borderRadius: 1 }}
          />
          <Typography component="span" variant="caption" color="textSecondary">
            {formatPercent(backtest.progress)}
          </Typography>
        </>
      )}
    </Box>
  );
}
