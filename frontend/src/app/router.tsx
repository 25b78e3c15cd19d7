import { LinearProgress } from '@mui/material';
import { createBrowserRouter } from 'react-router';
import { DashboardPage } from '@/features/dashboard/pages/DashboardPage';
import { PAGES } from './pages';
import { paths } from './paths';
import { RequireSession } from './RequireSession';
import { RouteError } from './RouteError';

const loading = <LinearProgress aria-label="Loading" />;

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
                { index: true, Component: DashboardPage },
                ...Object.entries(PAGES).map(([path, load]) => ({
                  path,
                  lazy: async () => ({ Component: await load() }),
                })),
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
