import { Alert, Box, TextField } from '@mui/material';
import { useRef, useState, type SubmitEvent } from 'react';
import { ActionButton } from '@/components/common/ActionButton';
import { useLogin } from '@/hooks/queries/session';
import { describeAct } from '@/lib/acts';

const LABELS = { username: 'Username', password: 'Password' };

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

/** Name and password; whose session it was stays who logs in again. */
export function LoginForm({ username: whose = null }: { username?: string | null }) {
  const login = useLogin();
  const usernameRef = useRef<HTMLInputElement>(null);
  const passwordRef = useRef<HTMLInputElement>(null);
  const [missing, setMissing] = useState<'username' | 'password' | null>(null);

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    // In a dialog over another form: that one is not meant.
    event.stopPropagation();
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
    <Box component="form" aria-label="Log in" noValidate onSubmit={submit} sx={{ display: 'grid', gap: 2 }}>
      <Box role="alert">
        {login.error && (
          <Alert severity="error" variant="outlined" role="presentation">
            {describeAct(login.error, 'logIn', LABELS)}
          </Alert>
        )}
      </Box>
      <TextField
        name="username"
        label="Username"
        autoComplete="username"
        autoFocus={whose === null}
        defaultValue={whose ?? ''}
        required
        size="small"
        inputRef={usernameRef}
        error={missing === 'username'}
        helperText={missing === 'username' ? 'Enter your username' : undefined}
        slotProps={{ htmlInput: { autoCapitalize: 'none', spellCheck: false, readOnly: whose !== null } }}
      />
      <TextField
        name="password"
        label="Password"
        type="password"
        autoComplete="current-password"
        autoFocus={whose !== null}
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
  );
}
