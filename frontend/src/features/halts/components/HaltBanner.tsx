import { Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Banner } from '@/components/common/Banner';
import { haltOf, haltsOptions } from '@/features/halts/api/halts';
import { describeError } from '@/lib/errors';
import { formatLocalClock } from '@/lib/format';
import { ClearHaltDialog } from './ClearHaltDialog';

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
        {` — by ${halt.set_by} at ${formatLocalClock(halt.set_at)}. Exits, stops and targets go on.`}
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
