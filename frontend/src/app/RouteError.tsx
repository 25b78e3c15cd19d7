import { Box } from '@mui/material';
import { useEffect } from 'react';
import { useRouteError } from 'react-router';
import { ErrorState } from '@/components/common/ErrorState';
import { isCodeMissing, reloadWhenBack } from '@/lib/missingCode';

/**
 * The last net: a page that cannot be shown, or whose code could not be fetched, because the server is away or was
 * updated. Then it comes back by itself.
 */
export function RouteError() {
  const error = useRouteError();
  const isMissing = isCodeMissing(error);
  useEffect(() => (isMissing ? reloadWhenBack() : undefined), [isMissing]);
  return (
    <Box component="main" sx={{ maxWidth: 520, mx: 'auto', mt: 8 }}>
      <ErrorState
        title={isMissing ? 'This page could not be fetched' : 'This page cannot be shown'}
        error={
          isMissing
            ? new Error(
                'The server is away, or it was updated meanwhile. The page opens by itself as soon as the server answers; bots, stops and targets do not depend on this page.',
              )
            : error
        }
        onRetry={() => {
          window.location.reload();
        }}
      />
    </Box>
  );
}
