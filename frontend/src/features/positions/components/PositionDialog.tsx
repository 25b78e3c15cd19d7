import { Box, Button, Skeleton, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { SMALL_CHART_HEIGHT } from '@/components/charts/chartHeight';
import { positionLevels, type MovableLevel } from '@/components/charts/positionLevels';
import { SymbolChart } from '@/components/charts/SymbolChart';
import { DetailDialog } from '@/components/common/DetailDialog';
import { ErrorState } from '@/components/common/ErrorState';
import { positionOptions } from '@/features/positions/api/positions';
import type { Position, Trade } from '@/types/domain';
import { ClosePositionDialog } from './ClosePositionDialog';
import { toTick, type LevelName } from './levelsWanted';
import { MoveLevelsDialog } from './MoveLevelsDialog';
import { CloseButton } from './PositionCells';
import { PositionFacts } from './PositionFacts';
import { RenameSymbolDialog } from './RenameSymbolDialog';

interface Props {
  id: number;
  onClose: () => void;
  /** The trades of the position, as the page shows trades. */
  renderTrades: (trades: readonly Trade[]) => ReactNode;
}

const NONE: readonly Position[] = [];
const LEVEL_NAMES = { stop: 'stop_loss_price', target: 'take_profit_price' } as const;

export function PositionDialog({ id, onClose, renderTrades }: Props) {
  const { data: position, error, refetch } = useQuery(positionOptions(id));
  const [isClosing, setClosing] = useState(false);
  const [isRenaming, setRenaming] = useState(false);
  const [moving, setMoving] = useState<Partial<Record<LevelName, string>> | null>(null);
  const levels = useMemo(() => positionLevels(position?.is_open ? [position] : NONE), [position]);
  const dragged = useCallback((kind: MovableLevel, price: number) => {
    setMoving({ [LEVEL_NAMES[kind]]: toTick(price) });
  }, []);
  return (
    <DetailDialog
      title={position ? `${position.symbol} of ${position.bot_name}` : 'Position'}
      onClose={onClose}
    >
      {position ? (
        <>
          <PositionFacts position={position} />
          {position.is_open && (
            <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
              <CloseButton
                position={position}
                onPress={() => {
                  setClosing(true);
                }}
              />
              <Button
                size="small"
                color="inherit"
                disabled={position.closing || position.stop_loss_price === null}
                onClick={() => {
                  setMoving({});
                }}
              >
                Move stop or target…
              </Button>
              <Button
                size="small"
                color="inherit"
                onClick={() => {
                  setRenaming(true);
                }}
              >
                Symbol changed…
              </Button>
            </Box>
          )}
          <SymbolChart
            symbol={position.symbol}
            timeframe="1Min"
            overlay={position.bot}
            levels={levels}
            reachLevels
            onLevelDragged={position.is_open && !position.closing ? dragged : undefined}
            note={`with the fills of ${position.bot_name}`}
            height={SMALL_CHART_HEIGHT}
          />
          <Box component="section" aria-label="Trades of this position">
            <Typography variant="h2" component="h3" sx={{ mb: 0.5 }}>
              Trades of this position
            </Typography>
            {renderTrades(position.trades)}
          </Box>
          {moving && position.is_open && !position.closing && (
            <MoveLevelsDialog
              position={position}
              dragged={moving}
              onDone={() => {
                setMoving(null);
              }}
            />
          )}
          {isRenaming && (
            <RenameSymbolDialog
              symbol={position.symbol}
              onDone={() => {
                setRenaming(false);
              }}
            />
          )}
          {isClosing && position.is_open && !position.closing && (
            <ClosePositionDialog
              position={position}
              onDone={() => {
                setClosing(false);
              }}
            />
          )}
        </>
      ) : error ? (
        <ErrorState title="The position could not be read" error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton variant="rounded" height={420} aria-label="Loading the position" />
      )}
    </DetailDialog>
  );
}
