import {
  Box,
  Link as MuiLink,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
  Typography,
} from '@mui/material';
import { Link } from 'react-router';
import { paths } from '@/app/paths';
import { Panel } from '@/components/common/Panel';
import { AsOf, DimWhenStale } from '@/components/common/Stale';
import { usePrice } from '@/hooks/usePrices';
import { formatInteger, formatPrice, formatQuantity, NOTHING } from '@/lib/format';
import { heldShares } from '@/features/symbols/heldShares';
import { visuallyHidden } from '@/theme/visuallyHidden';
import type { Bot, Position } from '@/types/domain';
import { WatchButton } from './WatchButton';

interface Props {
  title: string;
  symbols: readonly string[];
  empty: string;
  bots: readonly Bot[];
  positions: readonly Position[];
}

/** A leaf: it alone renders with each new price. */
function Price({ symbol }: { symbol: string }) {
  const tick = usePrice(symbol);
  return (
    <Box component="span" className="live">
      {tick ? formatPrice(tick.price) : NOTHING}
    </Box>
  );
}

export function SymbolRows({ title, symbols, empty, bots, positions }: Props) {
  return (
    <Panel title={title} note={symbols.length > 0 && <AsOf />}>
      {symbols.length === 0 ? (
        <Typography variant="body2" color="textSecondary" sx={{ px: 1.5, pb: 1.25 }}>
          {empty}
        </Typography>
      ) : (
        <DimWhenStale>
          <Table size="small" aria-label={title}>
            <TableHead>
              <TableRow>
                <TableCell padding="checkbox">
                  <Box component="span" sx={visuallyHidden}>
                    Watched
                  </Box>
                </TableCell>
                <TableCell>Symbol</TableCell>
                <TableCell align="right">Last</TableCell>
                <TableCell align="right">Held</TableCell>
                <TableCell align="right">Bots</TableCell>
              </TableRow>
            </TableHead>
            <TableBody>
              {symbols.map((symbol) => (
                <TableRow key={symbol} hover>
                  <TableCell padding="checkbox">
                    <WatchButton symbol={symbol} />
                  </TableCell>
                  <TableCell>
                    <MuiLink
                      component={Link}
                      to={paths.symbol.href(symbol)}
                      color="textPrimary"
                      sx={{ fontWeight: 650 }}
                    >
                      {symbol}
                    </MuiLink>
                  </TableCell>
                  <TableCell align="right">
                    <Price symbol={symbol} />
                  </TableCell>
                  <TableCell align="right">{formatQuantity(heldShares(positions, symbol))}</TableCell>
                  <TableCell align="right">
                    {formatInteger(bots.filter((bot) => bot.symbols.includes(symbol)).length)}
                  </TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </DimWhenStale>
      )}
    </Panel>
  );
}
