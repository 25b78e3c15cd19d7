import BuyIcon from '@mui/icons-material/CallMadeOutlined';
import SellIcon from '@mui/icons-material/CallReceivedOutlined';
import { Box, Tooltip } from '@mui/material';
import { StatusChip } from '@/components/common/StatusChip';
import { SymbolLink } from '@/components/common/SymbolLink';
import { formatClock } from '@/lib/format';
import type { Trade } from '@/types/domain';
import { TRADE_STATUS } from './tradeStatus';

/** Cells that every table and card of trades is made of. */
export function Side({ trade }: { trade: Pick<Trade, 'type'> }) {
  const isBuy = trade.type === 'buy';
  return (
    <StatusChip tone={isBuy ? 'info' : 'caution'} icon={isBuy ? BuyIcon : SellIcon} bare>
      {isBuy ? 'Buy' : 'Sell'}
    </StatusChip>
  );
}

export function Status({ trade }: { trade: Trade }) {
  const { tone, icon, word } = TRADE_STATUS[trade.status];
  return (
    <Tooltip title={trade.reason}>
      <Box component="span">
        <StatusChip tone={tone} icon={icon} bare>
          {word}
        </StatusChip>
      </Box>
    </Tooltip>
  );
}

interface SymbolProps {
  trade: Trade;
  onOpen: ((trade: Trade) => void) | undefined;
}

/** The symbol; where there is more to see, the way to it. */
export function TradeSymbol({ trade, onOpen }: SymbolProps) {
  if (!onOpen) return <>{trade.symbol}</>;
  return (
    <SymbolLink
      symbol={trade.symbol}
      label={`Details of the ${trade.type} of ${trade.symbol} at ${formatClock(trade.timestamp)}`}
      onPress={() => {
        onOpen(trade);
      }}
    />
  );
}
