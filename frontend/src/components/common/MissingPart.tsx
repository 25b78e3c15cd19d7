import { isCodeMissing } from '@/lib/missingCode';
import { ErrorState } from './ErrorState';

/** Stands where a part of the page should, whose code could not be fetched or that broke. */
export function MissingPart({ error }: { error: unknown }) {
  const isMissing = isCodeMissing(error);
  return (
    <ErrorState
      title={isMissing ? 'This part could not be fetched' : 'This part of the page broke'}
      error={
        isMissing
          ? new Error('The server is away, or it was updated meanwhile. Load the page again once it answers.')
          : error
      }
      onRetry={() => {
        window.location.reload();
      }}
    />
  );
}
