import { lazy, Suspense, type ComponentType, type ReactNode } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { MissingPart } from './MissingPart';

type Load = () => Promise<unknown>;
const parts: Load[] = [];

/** What `lazily` was given, to be fetched before anybody asks for it. */
export function lazyParts(): readonly Load[] {
  return parts;
}

/**
 * A component whose code comes when it is first shown. `waiting` takes its place until then, and should be as large.
 * Code that cannot be fetched says so in its place: the rest of the page stays.
 */
export function lazily<P extends object>(
  load: () => Promise<ComponentType<P>>,
  waiting: (props: P) => ReactNode = () => null,
) {
  parts.push(load);
  const Part = lazy(async () => ({ default: await load() }));
  return function Lazily(props: P) {
    return (
      <ErrorBoundary fallbackRender={MissingPart}>
        <Suspense fallback={waiting(props)}>
          <Part {...props} />
        </Suspense>
      </ErrorBoundary>
    );
  };
}
