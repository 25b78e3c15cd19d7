import { Box, Paper, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { Navigate, useSearchParams } from 'react-router';
import { safeNext } from '@/app/paths';
import { Wordmark } from '@/components/layout/Wordmark';
import { LoginForm } from '@/features/login/components/LoginForm';
import { sessionOptions } from '@/hooks/queries/session';

export function LoginPage() {
  const [search] = useSearchParams();
  const { data: session } = useQuery(sessionOptions());

  if (session) return <Navigate to={safeNext(search.get('next'))} replace />;

  return (
    <Box
      component="main"
      sx={{ minHeight: '100dvh', display: 'grid', placeItems: 'center', p: 2, bgcolor: 'background.default' }}
    >
      <title>Log in · tradingbot</title>
      <Paper
        sx={{
          width: '100%',
          maxWidth: 380,
          p: { xs: 3, sm: 4 },
          border: 1,
          borderColor: 'divider',
          borderRadius: 2,
        }}
      >
        <Wordmark />
        <Typography variant="h1" sx={{ mt: 3 }}>
          Log in
        </Typography>
        <Typography variant="body2" color="textSecondary" sx={{ mb: 2.5 }}>
          Watch and steer your trading bots.
        </Typography>
        <LoginForm />
      </Paper>
    </Box>
  );
}
