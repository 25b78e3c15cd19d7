import { Box, Tooltip } from '@mui/material';
import { ActionButton } from '@/components/common/ActionButton';
import { StatusChip } from '@/components/common/StatusChip';
import { SymbolLink } from '@/components/common/SymbolLink';
import { useActionBlock } from '@/hooks/useSession';
import type { Position } from '@/types/domain';
import { PROTECTION } from './protection';

/** Cells that every table and card of positions is made of. */
export function Protected({ position }: { position: Position }) {
  const { tone, icon, word, explanation } = PROTECTION[position.protection];
  return (
    <Tooltip title={explanation}>
      <Box component="span">
        <StatusChip tone={tone} icon={icon} bare>
          {word}
        </StatusChip>
      </Box>
    </Tooltip>
  );
}

interface ButtonProps {
  position: Position;
  onPress: (position: Position) => void;
}

export function CloseButton({ position, onPress }: ButtonProps) {
  const block = useActionBlock();
  return (
    <ActionButton
      variant="outlined"
      color="error"
      aria-label={`${position.closing ? 'Closing' : 'Close'} ${position.symbol} of ${position.bot_name}`}
      pending={position.closing}
      disabledReason={position.closing ? 'The exit is on its way' : block}
      onClick={() => {
        onPress(position);
      }}
      sx={{ minHeight: { xs: 36, md: 26 }, py: 0 }}
    >
      {position.closing ? 'Closing…' : 'Close'}
    </ActionButton>
  );
}

export function SymbolButton({ position, onPress, verb }: ButtonProps & { verb: 'Chart' | 'Details of' }) {
  const whose = verb === 'Chart' ? 'with' : 'of';
  return (
    <SymbolLink
      symbol={position.symbol}
      label={`${verb} ${position.symbol} ${whose} ${position.bot_name}`}
      onPress={() => {
        onPress(position);
      }}
    />
  );
}
