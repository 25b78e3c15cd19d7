import CssBaseline from '@mui/material/CssBaseline';
import { styled, ThemeProvider } from '@mui/material/styles';
import { QueryClientProvider } from '@tanstack/react-query';
import { MaterialDesignContent, SnackbarProvider } from 'notistack';
import { useState } from 'react';
import { RouterProvider } from 'react-router';
import { createQueryClient } from '@/lib/queryClient';
import { theme } from '@/theme/theme';
import { CloseToast } from '@/components/common/CloseToast';
import { createRouter } from './router';

const Toast = styled(MaterialDesignContent)(({ theme: t }) => {
  const edge = (colour: string) => ({
    backgroundColor: t.vars.palette.background.paper,
    color: t.vars.palette.text.primary,
    border: `1px solid ${t.vars.palette.divider}`,
    borderLeft: `4px solid ${colour}`,
    fontFamily: t.typography.fontFamily,
    fontSize: '0.8125rem',
    boxShadow: '0 8px 28px rgb(0 0 0 / 22%)',
    flexWrap: 'nowrap' as const,
    maxWidth: 420,
    '& svg': { color: colour, flex: 'none' },
    '& button svg': { color: t.vars.palette.text.secondary },
  });
  return {
    '&.notistack-MuiContent-success': edge(t.vars.palette.success.main),
    '&.notistack-MuiContent-error': edge(t.vars.palette.error.main),
    '&.notistack-MuiContent-warning': edge(t.vars.palette.warning.main),
    '&.notistack-MuiContent-info': edge(t.vars.palette.info.main),
  };
});

export function App() {
  const [client] = useState(createQueryClient);
  const [router] = useState(createRouter);
  return (
    <ThemeProvider
      theme={theme}
      defaultMode="system"
      modeStorageKey="tradingbot-scheme"
      disableTransitionOnChange
    >
      <CssBaseline enableColorScheme />
      <QueryClientProvider client={client}>
        <SnackbarProvider
          maxSnack={4}
          autoHideDuration={6000}
          preventDuplicate
          anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
          Components={{ success: Toast, error: Toast, warning: Toast, info: Toast }}
          action={(key) => <CloseToast toast={key} />}
        />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </ThemeProvider>
  );
}
