import { ApiError, NetworkError } from '@/lib/errors';
import type { FieldProblem } from '@/types/domain';
import { takeEarly } from './early';

const TIMEOUT_MS = 15_000;
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface RequestOptions {
  query?: Query;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export function csrfToken(cookies: string = document.cookie): string | null {
  const match = /(?:^|;\s*)csrftoken=([^;]+)/.exec(cookies);
  return match?.[1] ? decodeURIComponent(match[1]) : null;
}

/** After a logout: the next login is given a new one. */
export function forgetCsrfToken(): void {
  document.cookie = 'csrftoken=; Max-Age=0; Path=/; SameSite=Lax';
}

export function buildUrl(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

/** Seconds of a Retry-After header, which holds them or a date. */
function retryAfterOf(response: Response): number | null {
  const text = response.headers.get('retry-after')?.trim() ?? '';
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : null;
}

async function problemOf(response: Response): Promise<ApiError> {
  const fallback = { status: response.status, title: response.statusText || `HTTP ${response.status}` };
  let body: unknown = null;
  if ((response.headers.get('content-type') ?? '').includes('json')) {
    body = await response.json().catch(() => null);
  }
  const problem = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  return new ApiError(
    {
      status: fallback.status,
      title: typeof problem.title === 'string' ? problem.title : fallback.title,
      detail: typeof problem.detail === 'string' ? problem.detail : '',
      errors: Array.isArray(problem.errors) ? (problem.errors as FieldProblem[]) : [],
    },
    retryAfterOf(response),
  );
}

async function request(method: string, path: string, options: RequestOptions): Promise<unknown> {
  const headers = new Headers({ Accept: 'application/json', ...options.headers });
  const token = SAFE_METHODS.has(method) ? null : csrfToken();
  if (token) headers.set('X-CSRFToken', token);
  if (options.body !== undefined) headers.set('Content-Type', 'application/json');
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const init: RequestInit = {
    method,
    headers,
    credentials: 'same-origin',
    signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
  };
  if (options.body !== undefined) init.body = JSON.stringify(options.body);
  const url = buildUrl(path, options.query);
  let response: Response;
  try {
    // One that failed is asked for again, as any other.
    const early = method === 'GET' ? await takeEarly(url)?.catch(() => undefined) : undefined;
    response = early ?? (await fetch(url, init));
  } catch (error) {
    if (options.signal?.aborted) throw error;
    const reason = timeout.aborted ? 'The server did not answer in time' : 'The server cannot be reached';
    throw new NetworkError(reason, { cause: error });
  }
  if (!response.ok) throw await problemOf(response);
  return response.status === 204 ? undefined : response.json();
}

/** The caller names the type the contract gives the path; generated path types can later check that name. */
export const api = {
  get: <T>(path: string, options: RequestOptions = {}) => request('GET', path, options) as Promise<T>,
  post: <T>(path: string, options: RequestOptions = {}) => request('POST', path, options) as Promise<T>,
  put: <T>(path: string, options: RequestOptions = {}) => request('PUT', path, options) as Promise<T>,
  patch: <T>(path: string, options: RequestOptions = {}) => request('PATCH', path, options) as Promise<T>,
  delete: (path: string, options: RequestOptions = {}) =>
    request('DELETE', path, options) as Promise<undefined>,
};
