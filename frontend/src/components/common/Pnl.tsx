import { Box, type SxProps, type Theme } from '@mui/material';
import { formatSignedMoney, formatSignedPercent, signOf } from '@/lib/format';

interface Props {
  amount: string | null;
  fraction?: string | null;
  /** The percentage below the amount instead of beside it. */
  stacked?: boolean;
  sx?: SxProps<Theme>;
}

const COLOUR = { '-1': 'loss', '0': 'text.secondary', '1': 'gain' } as const;

/** A profit or a loss: the sign says it, the colour repeats it. */
export function Pnl({ amount, fraction, stacked = false, sx }: Props) {
  const sign = signOf(amount);
  return (
    <Box
      component="span"
      sx={[{ color: COLOUR[`${sign}`], whiteSpace: 'nowrap' }, sx ?? {}] as SxProps<Theme>}
    >
      {formatSignedMoney(amount)}
      {fraction !== undefined && fraction !== null && (
        <Box
          component="span"
          sx={stacked ? { display: 'block', fontSize: '0.75rem' } : { ml: 0.75, fontSize: '0.92em' }}
        >
          {formatSignedPercent(fraction)}
        </Box>
      )}
    </Box>
  );
}
