import { Button } from '@mui/material';
import { useState } from 'react';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { ScrollBox } from '@/components/common/ScrollBox';
import { AsOf, DimWhenStale } from '@/components/common/Stale';
import { useIsPhone } from '@/hooks/useIsPhone';
import type { Position } from '@/types/domain';
import { ClosePositionDialog } from './ClosePositionDialog';
import { PositionCards, PositionTable } from './PositionRows';

/** As many are drawn before somebody asks for all of them. */
const SHOWN = 30;

interface Props {
  positions: readonly Position[] | undefined;
  error: unknown;
  onRetry: () => void;
  onChart: (position: Position) => void;
}

export function OpenPositions({ positions, error, onRetry, onChart }: Props) {
  const isPhone = useIsPhone();
  const [asked, setAsked] = useState<number | null>(null);
  const [all, setAll] = useState(false);
  const shown = all ? positions : positions?.slice(0, SHOWN);
  const more = (positions?.length ?? 0) - (shown?.length ?? 0);
  // The position may close by itself while the question is on screen.
  const closing = positions?.find(({ id }) => id === asked);
  const props = {
    onChart,
    onClose: ({ id }: Position) => {
      setAsked(id);
    },
  };
  return (
    <Panel title="Open positions" note={<AsOf />}>
      {positions === undefined && error ? (
        <ErrorState title="The positions could not be read" error={error} onRetry={onRetry} />
      ) : positions === undefined ? (
        <RowSkeleton rows={4} label="Loading positions" />
      ) : shown === undefined || shown.length === 0 ? (
        <EmptyState
          title="No open positions"
          hint="A bot that buys shows its position here, with its stop and target."
        />
      ) : (
        <DimWhenStale>
          {isPhone ? (
            <PositionCards positions={shown} {...props} />
          ) : (
            <ScrollBox label="Open positions">
              <PositionTable positions={shown} {...props} />
            </ScrollBox>
          )}
          {more > 0 && (
            <Button
              size="small"
              color="inherit"
              sx={{ m: 1 }}
              onClick={() => {
                setAll(true);
              }}
            >
              {`Show ${more} more`}
            </Button>
          )}
        </DimWhenStale>
      )}
      {closing && !closing.closing && (
        <ClosePositionDialog
          key={closing.id}
          position={closing}
          onDone={() => {
            setAsked(null);
          }}
        />
      )}
    </Panel>
  );
}
