import { LinearProgress } from '@mui/material';
import { createBrowserRouter } from 'react-router';
import { DashboardPage } from '@/features/dashboard/pages/DashboardPage';
import { paths } from './paths';
import { RequireSession } from './RequireSession';
import { RouteError } from './RouteError';

const loading = <LinearProgress aria-label="Loading" />;

/** One chunk per page: a page's charts and forms are fetched when it is first opened. */
export function createRouter() {
  return createBrowserRouter([
    {
      errorElement: <RouteError />,
      hydrateFallbackElement: loading,
      children: [
        {
          path: paths.login.path,
          lazy: async () => ({ Component: (await import('@/features/login/pages/LoginPage')).LoginPage }),
        },
        {
          path: paths.dashboard.path,
          Component: RequireSession,
          errorElement: <RouteError />,
          children: [
            {
              errorElement: <RouteError />,
              children: [
                {
                  index: true,
                  Component: DashboardPage,
                },
                {
                  path: paths.bots.path,
                  lazy: async () => ({
                    Component: (await import('@/features/bots/pages/BotsPage')).BotsPage,
                  }),
                },
                {
                  path: paths.newBot.path,
                  lazy: async () => ({
                    Component: (await import('@/features/bots/pages/CreateBotPage')).CreateBotPage,
                  }),
                },
                {
                  path: paths.bot.path,
                  lazy: async () => ({
                    Component: (await import('@/features/bots/pages/BotPage')).BotPage,
                  }),
                },
                {
                  path: paths.botSettings.path,
                  lazy: async () => ({
                    Component: (await import('@/features/bots/pages/EditBotPage')).EditBotPage,
                  }),
                },
                {
                  path: paths.trades.path,
                  lazy: async () => ({
                    Component: (await import('@/features/trades/pages/TradesPage')).TradesPage,
                  }),
                },
                {
                  path: paths.positions.path,
                  lazy: async () => ({
                    Component: (await import('@/features/positions/pages/PositionsPage')).PositionsPage,
                  }),
                },
                {
                  path: paths.decisions.path,
                  lazy: async () => ({
                    Component: (await import('@/features/decisions/pages/DecisionsPage')).DecisionsPage,
                  }),
                },
                {
                  path: paths.backtests.path,
                  lazy: async () => ({
                    Component: (await import('@/features/backtests/pages/BacktestsPage')).BacktestsPage,
                  }),
                },
                {
                  path: paths.backtest.path,
                  lazy: async () => ({
                    Component: (await import('@/features/backtests/pages/BacktestPage')).BacktestPage,
                  }),
                },
                {
                  path: paths.analytics.path,
                  lazy: async () => ({
                    Component: (await import('@/features/analytics/pages/AnalyticsPage')).AnalyticsPage,
                  }),
                },
                {
                  path: paths.account.path,
                  lazy: async () => ({
                    Component: (await import('@/features/account/pages/AccountPage')).AccountPage,
                  }),
                },
                {
                  path: paths.symbols.path,
                  lazy: async () => ({
                    Component: (await import('@/features/symbols/pages/SymbolsPage')).SymbolsPage,
                  }),
                },
                {
                  path: paths.symbol.path,
                  lazy: async () => ({
                    Component: (await import('@/features/symbols/pages/SymbolPage')).SymbolPage,
                  }),
                },
                {
                  path: '*',
                  lazy: async () => ({ Component: (await import('@/app/NotFoundPage')).NotFoundPage }),
                },
              ],
            },
          ],
        },
      ],
    },
  ]);
}
