import { describe, expect, it, vi } from 'vitest';
import { ApiError, describeError, NetworkError } from '@/lib/errors';
import { fakeFetch } from '@/test/render';
import { api, csrfToken } from './api';

describe('api', () => {
  it('sends the CSRF token with what changes something, and only then', async () => {
    document.cookie = 'csrftoken=secret';
    const { fetch, requests } = fakeFetch(200, {});
    vi.stubGlobal('fetch', fetch);
    await api.get('/api/trades', { query: { page_size: 25, bot: null, symbol: '' } });
    await api.post('/api/bots/1/start', { body: {} });
    expect(requests.map(({ method, url, headers }) => [method, url, headers.get('X-CSRFToken')])).toEqual([
      ['GET', '/api/trades?page_size=25', null],
      ['POST', '/api/bots/1/start', 'secret'],
    ]);
  });

  it('turns a problem into an error that names the field', async () => {
    const errors = [{ field: 'capital', message: 'must be at least 100' }];
    const problem = { type: 'about:blank', title: 'Bad request', status: 400, detail: 'Invalid', errors };
    vi.stubGlobal('fetch', fakeFetch(400, problem).fetch);
    const error: unknown = await api.post('/api/bots', { body: {} }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 400, message: 'Invalid', fields: errors });
    expect(describeError(error)).toBe('capital: must be at least 100');
  });

  it('survives an answer that is no problem document', async () => {
    const page = new Response('<h1>Bad gateway</h1>', { status: 502, statusText: 'Bad Gateway' });
    vi.stubGlobal('fetch', () => Promise.resolve(page));
    await expect(api.get('/api/summary')).rejects.toMatchObject({
      status: 502,
      message: 'Bad Gateway',
      fields: [],
    });
  });

  it('tells no answer from a refusal', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed')));
    await expect(api.get('/api/summary')).rejects.toBeInstanceOf(NetworkError);
  });

  it('finds its token among other cookies', () => {
    expect(csrfToken('a=1; csrftoken=x%2By; b=2')).toBe('x+y');
    expect(csrfToken('notcsrftoken=1')).toBeNull();
  });
});

describe('Retry-After', () => {
  const asked = (header: string) => {
    const body = JSON.stringify({ title: 'Too many', detail: 'slower', errors: [] });
    const headers = { 'content-type': 'application/json', 'retry-after': header };
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { status: 429, headers })));
    return api.get('/api/bots').catch((reason: unknown) => reason);
  };

  it.each([
    ['20', 20],
    ['Wed, 01 Jan 2020 00:00:00 GMT', 0],
    ['soon', null],
    ['', null],
  ])('%j means after %s seconds', async (header, seconds) => {
    expect(await asked(header)).toMatchObject({ status: 429, retryAfter: seconds });
  });
});
