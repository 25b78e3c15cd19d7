import { Box, Typography } from '@mui/material';
import { formatFactor } from '@/lib/format';
import type { MarketStatus } from '@/types/domain';

const MONEY: Record<MarketStatus['mode'], string> = {
  simulator:
    'Right now everything here is pretend: the prices, the account and the money belong to the exchange that comes with the product.',
  paper:
    'Right now the prices are real and the money is not: orders go to the practice account of your broker, Alpaca.',
};

/** What the product does, and whose money it does it with. */
export function WhatThisIs({ mode, speed }: Pick<MarketStatus, 'mode' | 'speed'>) {
  return (
    <Box sx={{ display: 'grid', gap: 0.75, fontSize: '0.875rem' }}>
      <Typography sx={{ fontSize: 'inherit' }}>
        Bots watch stocks for you and trade them by rules you set. Each purchase takes a stop to the broker,
        and every decision says why.
      </Typography>
      <Typography sx={{ fontSize: 'inherit' }}>
        {MONEY[mode]}
        {speed !== 1 && ` Its clock runs ${formatFactor(speed)} times as fast as yours.`}
      </Typography>
      {mode === 'simulator' && (
        <Typography sx={{ fontSize: 'inherit' }}>
          To trade with a practice account of Alpaca, put its keys into the file <code>.env</code>{' '}
          (ALPACA_API_KEY and ALPACA_SECRET_KEY) and start again.
        </Typography>
      )}
    </Box>
  );
}
