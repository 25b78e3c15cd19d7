import { QueryClient } from '@tanstack/react-query';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { botsOptions } from '@/features/bots/api/bots';
import { openPositionsOptions } from '@/features/positions/api/positions';
import { summaryOptions } from '@/hooks/queries/account';
import { marketStatusOptions } from '@/hooks/queries/market';
import { sessionOptions } from '@/hooks/queries/session';

const SCRIPT = readFileSync('public/early.js', 'utf8');

/** Runs the script as the browser does, at an address; `asked` is what it, and later the page, asks for. */
function load(path: string, answer: (url: string) => Response) {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url);
    return Promise.resolve(answer(url));
  });
  window.history.replaceState(null, '', path);
  // It is run as the text it is served as.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
  new Function(SCRIPT)();
  return asked;
}

async function readPage(): Promise<unknown[]> {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const session = await client.query(sessionOptions());
  return [
    session,
    await client.query(summaryOptions()),
    await client.query(marketStatusOptions()),
    await client.query(botsOptions()),
    await client.query(openPositionsOptions()),
  ];
}

const told = (url: string) => Response.json({ url });

beforeEach(() => {
  document.cookie = 'csrftoken=secret';
});

afterEach(() => {
  delete window.early;
  window.history.replaceState(null, '', '/');
});

describe('what is asked before the code of the page has come', () => {
  it('is what the dashboard asks for, and is asked once', async () => {
    const asked = load('/', told);
    const read = await readPage();
    expect(read).toEqual(asked.map((url) => ({ url })));
    expect(new Set(asked).size).toBe(5);
    // The second time it is asked for: what came early is old by then.
    await readPage();
    expect(asked).toHaveLength(10);
  });

  it('begins with the session, and is nothing else on other pages', async () => {
    const asked = load('/bots', told);
    await Promise.resolve();
    expect(asked).toEqual(['/api/auth/me']);
  });

  it('is nothing where nobody has logged in', () => {
    document.cookie = 'csrftoken=; Max-Age=0';
    expect(load('/', told)).toEqual([]);
  });

  it('is asked for again where it failed', async () => {
    let isFirst = true;
    const asked = load('/', (url) => {
      if (!isFirst) return told(url);
      isFirst = false;
      return Response.json({ title: 'Not logged in', status: 401 }, { status: 401 });
    });
    const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
    expect(await client.query(sessionOptions())).toBeNull();
    expect(await client.query(summaryOptions())).toEqual({ url: '/api/summary' });
    expect(asked).toEqual(['/api/auth/me', '/api/summary']);
  });
});
