import { Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Banner } from '@/components/common/Banner';
import { haltOf, haltsOptions, isSelling } from '@/features/halts/api/halts';
import { describeError } from '@/lib/errors';
import { formatLocalClock } from '@/lib/format';
import type { Halt } from '@/types/domain';
import { ClearHaltDialog } from './ClearHaltDialog';

function whatGoesOn(halt: Halt): string {
  if (!halt.close_positions) return 'Exits, stops and targets go on.';
  if (!isSelling(halt)) return 'Everything is sold.';
  const left = halt.positions_left === 1 ? '1 position is' : `${halt.positions_left} positions are`;
  return halt.positions_left === 0 ? 'The last orders are coming to their end.' : `${left} still being sold.`;
}

/** On every page while nobody may enter: who said so, why, since when, and the way out. */
export function HaltBanner() {
  const { data, error, refetch } = useQuery(haltsOptions());
  const [isAsking, setAsking] = useState(false);
  const halt = haltOf(data?.results, null);
  if (!data && error) {
    return (
      <Banner
        severity="warning"
        action={
          <Button color="inherit" onClick={() => void refetch()}>
            Retry
          </Button>
        }
      >
        It is not known whether entries are halted: {describeError(error)}
      </Banner>
    );
  }
  if (!halt) return null;
  return (
    <>
      <Banner
        severity="error"
        action={
          <Button
            color="inherit"
            variant="outlined"
            onClick={() => {
              setAsking(true);
            }}
          >
            Clear halt
          </Button>
        }
      >
        <strong>All entries are halted: {halt.reason}</strong>
        {` — by ${halt.set_by} at ${formatLocalClock(halt.set_at)}. ${whatGoesOn(halt)}`}
      </Banner>
      {isAsking && (
        <ClearHaltDialog
          halt={halt}
          onDone={() => {
            setAsking(false);
          }}
        />
      )}
    </>
  );
}
