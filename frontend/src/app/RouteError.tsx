import { Box } from '@mui/material';
import { useRouteError } from 'react-router';
import { ErrorState } from '@/components/common/ErrorState';

/** The last net: a page that cannot be shown, or whose code could not be loaded after an update. */
export function RouteError() {
  const error = useRouteError();
  return (
    <Box component="main" sx={{ maxWidth: 520, mx: 'auto', mt: 8 }}>
      <ErrorState
        title="This page cannot be shown"
        error={error}
        onRetry={() => {
          window.location.reload();
        }}
      />
    </Box>
  );
}
