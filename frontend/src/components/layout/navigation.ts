import AnalyticsIcon from '@mui/icons-material/InsightsOutlined';
import BacktestsIcon from '@mui/icons-material/HistoryOutlined';
import BotsIcon from '@mui/icons-material/SmartToyOutlined';
import DecisionsIcon from '@mui/icons-material/RuleOutlined';
import DashboardIcon from '@mui/icons-material/SpaceDashboardOutlined';
import PositionsIcon from '@mui/icons-material/PieChartOutlined';
import TradesIcon from '@mui/icons-material/ReceiptLongOutlined';
import type { SvgIconComponent } from '@mui/icons-material';
import { fetchPage } from '@/app/pages';
import { paths } from '@/app/paths';

export interface Destination {
  label: string;
  href: string;
  icon: SvgIconComponent;
}

export const DESTINATIONS: readonly Destination[] = [
  { label: 'Dashboard', href: paths.dashboard.href(), icon: DashboardIcon },
  { label: 'Bots', href: paths.bots.href(), icon: BotsIcon },
  { label: 'Trades', href: paths.trades.href(), icon: TradesIcon },
  { label: 'Positions', href: paths.positions.href(), icon: PositionsIcon },
  { label: 'Decisions', href: paths.decisions.href(), icon: DecisionsIcon },
  { label: 'Backtests', href: paths.backtests.href(), icon: BacktestsIcon },
  { label: 'Analytics', href: paths.analytics.href(), icon: AnalyticsIcon },
];

/** Whoever points at a link, touches it or moves to it by keyboard will want its page in a moment. */
export function fetchAhead(href: string) {
  const fetch = () => {
    fetchPage(href);
  };
  return { onPointerEnter: fetch, onTouchStart: fetch, onFocus: fetch };
}
