import AllowedIcon from '@mui/icons-material/CheckCircleOutlined';
import RefusedIcon from '@mui/icons-material/HighlightOffOutlined';
import { Box, Tooltip, Typography } from '@mui/material';
import { StatusChip } from '@/components/common/StatusChip';
import type { TradeDetail } from '@/types/domain';
import { SnapshotFacts } from './SnapshotFacts';

type Decision = NonNullable<TradeDetail['decision']>;

/** Why it was decided: one sentence, the values, the votes, and every check. */
export function DecisionFacts({ decision }: { decision: Decision }) {
  return (
    <Box component="section" aria-label="Decision" sx={{ display: 'grid', gap: 1 }}>
      <Typography variant="h2" component="h3">
        Why
      </Typography>
      <Typography variant="body1">{decision.sentence}</Typography>
      <SnapshotFacts values={decision.values} votes={decision.votes} />
      {decision.checks.length > 0 && (
        <Box
          component="ul"
          aria-label="Risk checks"
          sx={{
            m: 0,
            p: 0,
            listStyle: 'none',
            display: 'flex',
            flexWrap: 'wrap',
            columnGap: 1.5,
            rowGap: 0.5,
          }}
        >
          {decision.checks.map(({ name, allowed, reason }) => (
            <Tooltip key={name} title={reason}>
              <li>
                <StatusChip tone={allowed ? 'good' : 'bad'} icon={allowed ? AllowedIcon : RefusedIcon} bare>
                  {name.replaceAll('_', ' ')}
                </StatusChip>
              </li>
            </Tooltip>
          ))}
        </Box>
      )}
    </Box>
  );
}
