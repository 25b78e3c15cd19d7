import { Facts } from '@/components/common/Facts';
import { Pnl } from '@/components/common/Pnl';
import { ShownTime } from '@/components/common/ShownTime';
import { useMarketDay } from '@/hooks/useMarket';
import { formatMoney, formatPrice, formatSignedMoney } from '@/lib/format';
import { zoneLabel } from '@/lib/zone';
import type { TradeDetail } from '@/types/domain';
import { Side, Status } from './TradeCells';
import { quantityOf } from './tradeQuantity';
import { TRADE_ROLE } from './tradeStatus';

export function TradeFacts({ trade }: { trade: TradeDetail }) {
  const today = useMarketDay();
  return (
    <Facts
      facts={[
        { label: 'Order', value: <Side trade={trade} /> },
        { label: 'Role', value: TRADE_ROLE[trade.role] },
        { label: 'Status', value: <Status trade={trade} /> },
        { label: 'Quantity', value: quantityOf(trade) },
        { label: 'Price', value: formatPrice(trade.price) },
        { label: 'Price at the decision', value: formatPrice(trade.decision_price) },
        { label: 'Slippage', value: formatSignedMoney(trade.slippage) },
        {
          label: 'P&L after fees',
          value: trade.profit_loss === null ? '—' : <Pnl amount={trade.profit_loss} />,
        },
        { label: 'Fees', value: formatMoney(trade.commission) },
        { label: 'Stop', value: formatPrice(trade.stop_price) },
        { label: 'Limit', value: formatPrice(trade.limit_price) },
        { label: `Time ${zoneLabel()}`, value: <ShownTime value={trade.timestamp} today={today} /> },
        { label: 'Bot', value: trade.bot_name },
        {
          label: 'Settings of the bot',
          value: trade.version === null ? '—' : `version ${trade.version}`,
        },
        { label: 'Reason', value: trade.reason || '—', wide: true },
        { label: 'Order of the broker', value: trade.order_id ?? '—', wide: true },
        { label: 'Our order', value: trade.client_order_id, wide: true },
      ]}
    />
  );
}
