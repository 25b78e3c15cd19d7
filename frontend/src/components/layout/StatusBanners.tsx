import { Box, Button } from '@mui/material';
import { useState } from 'react';
import { Banner } from '@/components/common/Banner';
import { HaltBanner } from '@/features/halts/components/HaltBanner';
import { useLive } from '@/hooks/live';
import { useFreshness, useMarketStatus } from '@/hooks/useMarket';
import { useConnection } from '@/hooks/useConnection';
import { useNow } from '@/hooks/useNow';
import { describeError } from '@/lib/errors';
import { formatClock, formatDuration } from '@/lib/format';
import { zoneLabel } from '@/lib/zone';

const GRACE_MS = 1000;
/** The first connection has not been lost before it was made. */
const FIRST_GRACE_MS = 5000;
const BACK_ONLINE_MS = 4000;

function ConnectionBanner() {
  const { socket } = useLive();
  const { lostAt, retryAt, phase } = useConnection();
  const now = useNow();
  const [shown, setShown] = useState(false);
  const [backAt, setBackAt] = useState<number | null>(null);
  const isLost = lostAt !== null && now - lostAt > (phase === 'connecting' ? FIRST_GRACE_MS : GRACE_MS);
  if (isLost !== shown) {
    setShown(isLost);
    setBackAt(isLost ? null : now);
  }
  if (isLost) {
    const seconds = retryAt === null ? 0 : Math.ceil((retryAt - now) / 1000);
    return (
      <Banner
        severity="warning"
        action={
          <Button
            color="inherit"
            onClick={() => {
              socket.retryNow();
            }}
          >
            Retry now
          </Button>
        }
      >
        Live updates are lost
        <span aria-hidden>
          {` (${formatDuration((now - lostAt) / 1000)}) — `}
          {seconds > 0 ? `trying again in ${seconds} s` : 'connecting…'}
        </span>
      </Banner>
    );
  }
  if (backAt !== null && now - backAt < BACK_ONLINE_MS) {
    return <Banner severity="success">Back online, everything has been read again</Banner>;
  }
  return null;
}

function MarketBanners() {
  const { data: status, error } = useMarketStatus();
  const { reason, asOf } = useFreshness();
  const { phase } = useConnection();
  if (error && phase === 'open')
    return <Banner severity="error">The server has trouble: {describeError(error)}</Banner>;
  if (!status) return null;
  return (
    <>
      {!status.broker_connected && (
        <Banner severity="error">
          The broker is not connected: no orders can be placed{status.error ? ` (${status.error})` : ''}.
          Stops and targets already resting there stay in force.
          {reason === 'broker' && asOf !== null && ` Prices are from ${formatClock(asOf)} ${zoneLabel()}.`}
        </Banner>
      )}
      {status.broker_connected && !status.trading_ready && (
        <Banner severity="info">
          Recovering: our books are being compared with the broker’s. No bot trades until they agree
          {status.error ? ` (${status.error})` : ''}.
        </Banner>
      )}
      {status.broker_connected && status.trading_ready && status.error && (
        <Banner severity="error">{status.error}</Banner>
      )}
      {reason === 'data' && (
        <Banner severity="warning">
          Prices are old: the newest is{' '}
          {asOf === null ? 'missing' : `from ${formatClock(asOf)} ${zoneLabel()}`} and the market is open.
        </Banner>
      )}
    </>
  );
}

/** Whatever makes the numbers below doubtful is said here, above them. */
export function StatusBanners() {
  return (
    <Box role="status" aria-label="System status">
      <ConnectionBanner />
      <MarketBanners />
      <HaltBanner />
    </Box>
  );
}
