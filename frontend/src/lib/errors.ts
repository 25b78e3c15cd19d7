import type { FieldProblem, Problem } from '@/types/domain';

/** The server answered, and said no. */
export class ApiError extends Error {
  readonly status: number;
  readonly fields: FieldProblem[];

  constructor(problem: Pick<Problem, 'status' | 'title' | 'detail' | 'errors'>) {
    super(problem.detail || problem.title);
    this.name = 'ApiError';
    this.status = problem.status;
    this.fields = problem.errors;
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

/** One line for people. Field errors say more than the problem's detail. */
export function describeError(error: unknown): string {
  if (error instanceof ApiError && error.fields.length > 0) {
    return error.fields.map((each) => `${each.field}: ${each.message}`).join(' · ');
  }
  return error instanceof Error && error.message ? error.message : 'Something unexpected went wrong';
}
