/** What `public/early.js` asked for before the page's code had come: answers by address. */
interface Early {
  /** Epoch milliseconds. */
  at: number;
  answers: Partial<Record<string, Promise<Response>>>;
}

declare global {
  interface Window {
    early?: Early;
  }
}

/** Later than this an answer is not what is wanted now. */
const FRESH_MS = 15_000;

/** The answer that is already on its way, once; undefined where there is none and it has to be asked for. */
export function takeEarly(url: string): Promise<Response> | undefined {
  const { early } = window;
  const answer = early?.answers[url];
  if (!early || !answer) return undefined;
  early.answers[url] = undefined;
  return Date.now() - early.at < FRESH_MS ? answer : undefined;
}
