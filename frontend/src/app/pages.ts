import type { ComponentType } from 'react';
import { matchPath } from 'react-router';
import { lazyParts } from '@/components/common/lazily';
import { paths } from './paths';

type Load = () => Promise<ComponentType>;

/** The pages by their paths. Their code comes when they are opened, or ahead of that; the start page's with the shell. */
export const PAGES: Readonly<Record<string, Load>> = {
  [paths.bots.path]: async () => (await import('@/features/bots/pages/BotsPage')).BotsPage,
  [paths.newBot.path]: async () => (await import('@/features/bots/pages/CreateBotPage')).CreateBotPage,
  [paths.bot.path]: async () => (await import('@/features/bots/pages/BotPage')).BotPage,
  [paths.botSettings.path]: async () => (await import('@/features/bots/pages/EditBotPage')).EditBotPage,
  [paths.trades.path]: async () => (await import('@/features/trades/pages/TradesPage')).TradesPage,
  [paths.positions.path]: async () =>
    (await import('@/features/positions/pages/PositionsPage')).PositionsPage,
  [paths.decisions.path]: async () =>
    (await import('@/features/decisions/pages/DecisionsPage')).DecisionsPage,
  [paths.backtests.path]: async () =>
    (await import('@/features/backtests/pages/BacktestsPage')).BacktestsPage,
  [paths.backtest.path]: async () => (await import('@/features/backtests/pages/BacktestPage')).BacktestPage,
  [paths.analytics.path]: async () =>
    (await import('@/features/analytics/pages/AnalyticsPage')).AnalyticsPage,
  [paths.account.path]: async () => (await import('@/features/account/pages/AccountPage')).AccountPage,
  [paths.alerts.path]: async () => (await import('@/features/alerts/pages/AlertsPage')).AlertsPage,
  [paths.symbols.path]: async () => (await import('@/features/symbols/pages/SymbolsPage')).SymbolsPage,
  [paths.symbol.path]: async () => (await import('@/features/symbols/pages/SymbolPage')).SymbolPage,
};

/** After the page that was opened has come to rest. */
const REST_MS = 10_000;

const ignore = () => undefined;

/** Fetches the code of the page at an address; what fails is said when the page is opened. */
export function fetchPage(href: string): void {
  const path = Object.keys(PAGES).find((each) => matchPath(each, href.split('?')[0] ?? ''));
  if (path) PAGES[path]?.().catch(ignore);
}

function isSlow(): boolean {
  const { connection } = navigator as Navigator & {
    connection?: { saveData?: boolean; effectiveType?: string };
  };
  return connection?.saveData === true || /2g|3g/.test(connection?.effectiveType ?? '');
}

/** Fetches all other pages while nothing else happens, unless the line is slow; returns what ends that. */
export function fetchPagesAhead(): () => void {
  let isOver = false;
  const timer = setTimeout(() => {
    void (async () => {
      for (const load of [...Object.values(PAGES), ...lazyParts()]) {
        if (isOver || isSlow()) return;
        await load().catch(ignore);
      }
    })();
  }, REST_MS);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
