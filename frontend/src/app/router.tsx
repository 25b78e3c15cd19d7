import { LinearProgress } from '@mui/material';
import { createBrowserRouter } from 'react-router';
import { paths } from './paths';
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
          lazy: async () => ({ Component: (await import('@/pages/LoginPage')).LoginPage }),
        },
        {
          path: paths.dashboard.path,
          lazy: async () => ({ Component: (await import('./RequireSession')).RequireSession }),
          errorElement: <RouteError />,
          children: [
            {
              errorElement: <RouteError />,
              children: [
                {
                  index: true,
                  lazy: async () => ({ Component: (await import('@/pages/DashboardPage')).DashboardPage }),
                },
                {
                  path: paths.bots.path,
                  lazy: async () => ({ Component: (await import('@/pages/BotsPage')).BotsPage }),
                },
                {
                  path: paths.newBot.path,
                  lazy: async () => ({ Component: (await import('@/pages/CreateBotPage')).CreateBotPage }),
                },
                {
                  path: paths.bot.path,
                  lazy: async () => ({ Component: (await import('@/pages/EditBotPage')).EditBotPage }),
                },
                {
                  path: paths.trades.path,
                  lazy: async () => ({ Component: (await import('@/pages/TradesPage')).TradesPage }),
                },
                {
                  path: paths.positions.path,
                  lazy: async () => ({ Component: (await import('@/pages/PositionsPage')).PositionsPage }),
                },
                {
                  path: paths.decisions.path,
                  lazy: async () => ({ Component: (await import('@/pages/DecisionsPage')).DecisionsPage }),
                },
                {
                  path: paths.backtests.path,
                  lazy: async () => ({ Component: (await import('@/pages/BacktestsPage')).BacktestsPage }),
                },
                {
                  path: paths.backtest.path,
                  lazy: async () => ({ Component: (await import('@/pages/BacktestPage')).BacktestPage }),
                },
                {
                  path: paths.analytics.path,
                  lazy: async () => ({ Component: (await import('@/pages/AnalyticsPage')).AnalyticsPage }),
                },
                {
                  path: '*',
                  lazy: async () => ({ Component: (await import('@/pages/NotFoundPage')).NotFoundPage }),
                },
              ],
            },
          ],
        },
      ],
    },
  ]);
}
