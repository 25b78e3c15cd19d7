import { Box } from '@mui/material';
import { Facts } from '@/components/common/Facts';
import { Pnl } from '@/components/common/Pnl';
import { ShownTime } from '@/components/common/ShownTime';
import { formatPrice, formatQuantity } from '@/lib/format';
import type { Position } from '@/types/domain';
import { LivePnl, LivePrice, LiveValue } from './LiveValues';
import { CloseButton, Protected, SymbolButton } from './PositionCells';
import type { PositionListProps } from './PositionListTable';

function Card({
  position,
  today,
  onOpen,
  onClose,
}: Omit<PositionListProps, 'positions'> & { position: Position }) {
  const { is_open: isOpen } = position;
  return (
    <Box
      component="li"
      data-testid="position-row"
      data-position-id={position.id}
      sx={{ display: 'grid', gap: 0.75, px: 1.5, py: 1.25, borderTop: 1, borderColor: 'divider' }}
    >
      <Box sx={{ display: 'flex', alignItems: 'baseline', gap: 1, fontSize: '0.875rem' }}>
        <SymbolButton position={position} onPress={onOpen} verb="Details of" />
        {isOpen && <span>{formatQuantity(position.quantity)} sh</span>}
        <Box component="span" sx={{ ml: 'auto', fontWeight: 650 }}>
          {isOpen ? <LivePnl position={position} /> : <Pnl amount={position.realized_pnl} />}
        </Box>
      </Box>
      <Box sx={{ color: 'text.secondary', fontSize: '0.75rem' }}>
        {position.bot_name} · <ShownTime value={position.opened_at} today={today} />
        {position.closed_at && (
          <>
            {' to '}
            <ShownTime value={position.closed_at} today={today} />
          </>
        )}
      </Box>
      {isOpen && (
        <Facts
          minWidth={88}
          facts={[
            { label: 'Last', value: <LivePrice position={position} /> },
            { label: 'Entry', value: formatPrice(position.entry_price) },
            { label: 'Value', value: <LiveValue position={position} /> },
            { label: 'Stop', value: formatPrice(position.stop_loss_price) },
            { label: 'Target', value: formatPrice(position.take_profit_price) },
            { label: 'Realised', value: <Pnl amount={position.realized_pnl} /> },
          ]}
        />
      )}
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
        <Protected position={position} />
        <Box sx={{ ml: 'auto' }}>{isOpen && <CloseButton position={position} onPress={onClose} />}</Box>
      </Box>
    </Box>
  );
}

export function PositionListCards(props: PositionListProps) {
  return (
    <Box component="ul" aria-label="Positions" sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {props.positions.map((position) => (
        <Card key={position.id} {...props} position={position} />
      ))}
    </Box>
  );
}
