import type { ReactNode } from 'react';
import { ErrorBoundary, type FallbackProps } from 'react-error-boundary';
import { ErrorState } from './ErrorState';

function Fallback({ error, resetErrorBoundary }: FallbackProps) {
  return <ErrorState title="This part of the page broke" error={error} onRetry={resetErrorBoundary} />;
}

export function WidgetBoundary({ children }: { children: ReactNode }) {
  return <ErrorBoundary FallbackComponent={Fallback}>{children}</ErrorBoundary>;
}
