import { LinearProgress } from '@mui/material';
import { createBrowserRouter } from 'react-router';
import { paths } from './paths';
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
          lazy: async () => ({ Component: (await import('@/pages/LoginPage')).LoginPage }),
        },
        {
          path: paths.dashboard.path,
          lazy: async () => ({ Component: (await import('./RequireSession')).RequireSession }),
          errorElement: <RouteError />,
          children: [
            {
              index: true,
              lazy: async () => ({ Component: (await import('@/pages/DashboardPage')).DashboardPage }),
            },
            {
              path: '*',
              lazy: async () => ({ Component: (await import('@/pages/NotFoundPage')).NotFoundPage }),
            },
          ],
        },
      ],
    },
  ]);
}
