import { Alert, Box, Paper, TextField, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState, type SubmitEvent } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { safeNext } from '@/app/paths';
import { ActionButton } from '@/components/common/ActionButton';
import { Wordmark } from '@/components/layout/Wordmark';
import { sessionOptions, useLogin } from '@/hooks/queries/session';
import { describeError } from '@/lib/errors';

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

export function LoginPage() {
  const [search] = useSearchParams();
  const { data: session } = useQuery(sessionOptions());
  const login = useLogin();
  const usernameRef = useRef<HTMLInputElement>(null);
  const passwordRef = useRef<HTMLInputElement>(null);
  const [missing, setMissing] = useState<'username' | 'password' | null>(null);

  if (session) return <Navigate to={safeNext(search.get('next'))} replace />;

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (login.isPending) return;
    const form = new FormData(event.currentTarget);
    const username = textOf(form, 'username').trim();
    const password = textOf(form, 'password');
    if (!username || !password) {
      setMissing(username ? 'password' : 'username');
      (username ? passwordRef : usernameRef).current?.focus();
      return;
    }
    setMissing(null);
    login.mutate(
      { username, password },
      {
        onError: () => {
          passwordRef.current?.focus();
          passwordRef.current?.select();
        },
      },
    );
  };

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
        <Box component="form" noValidate onSubmit={submit} sx={{ display: 'grid', gap: 2 }}>
          <Box role="alert">
            {login.error && (
              <Alert severity="error" variant="outlined" role="presentation">
                {describeError(login.error)}
              </Alert>
            )}
          </Box>
          <TextField
            name="username"
            label="Username"
            autoComplete="username"
            autoFocus
            required
            size="small"
            inputRef={usernameRef}
            error={missing === 'username'}
            helperText={missing === 'username' ? 'Enter your username' : undefined}
            slotProps={{ htmlInput: { autoCapitalize: 'none', spellCheck: false } }}
          />
          <TextField
            name="password"
            label="Password"
            type="password"
            autoComplete="current-password"
            required
            size="small"
            inputRef={passwordRef}
            error={missing === 'password'}
            helperText={missing === 'password' ? 'Enter your password' : undefined}
          />
          <ActionButton type="submit" variant="contained" size="large" pending={login.isPending}>
            {login.isPending ? 'Logging in…' : 'Log in'}
          </ActionButton>
        </Box>
      </Paper>
    </Box>
  );
}
