import type { FieldProblem, Problem } from '@/types/domain';

/** The server answered, and said no. */
export class ApiError extends Error {
  readonly status: number;
  readonly fields: FieldProblem[];
  /** Seconds after which it may be asked again, if the server said so. */
  readonly retryAfter: number | null;

  constructor(
    problem: Pick<Problem, 'status' | 'title' | 'detail' | 'errors'>,
    retryAfter: number | null = null,
  ) {
    super(problem.detail || problem.title);
    this.name = 'ApiError';
    this.status = problem.status;
    this.fields = problem.errors;
    this.retryAfter = retryAfter;
  }
}

/** No answer: offline, time-out, or the server is gone. */
export class NetworkError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'NetworkError';
  }
}

export function isAuthError(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 401 || error.status === 403);
}

/** Nobody is logged in any more. A role that does not allow something is refused with 403, too. */
export function isSessionOver(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return (
    error.status === 401 || (error.status === 403 && error.message.includes('credentials were not provided'))
  );
}

/** What is shown may be older than what the server knows: something else happened first. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.status === 409;
}

/** Nobody can say whether what was asked for was done. */
export function isUnknown(error: unknown): boolean {
  if (error instanceof NetworkError) return true;
  return error instanceof ApiError && error.status >= 500 && !error.message.includes('nothing was changed');
}

/** One line for people. Field errors say more than the problem's detail. */
export function describeError(error: unknown): string {
  if (error instanceof ApiError && error.fields.length > 0) {
    return error.fields.map((each) => `${each.field}: ${each.message}`).join(' · ');
  }
  return error instanceof Error && error.message ? error.message : 'Something unexpected went wrong';
}
