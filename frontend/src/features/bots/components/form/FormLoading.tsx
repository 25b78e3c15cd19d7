import { Skeleton } from '@mui/material';
import { ErrorState } from '@/components/common/ErrorState';
import { FormSection } from './FormSection';

/** Where the form will be. */
export function FormLoading({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <FormSection title="Settings">
      {error ? (
        <ErrorState title="The form could not be made" error={error} onRetry={onRetry} />
      ) : (
        <Skeleton variant="rounded" height={420} aria-label="Loading the form" />
      )}
    </FormSection>
  );
}
