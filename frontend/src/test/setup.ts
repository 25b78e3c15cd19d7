import '@testing-library/jest-dom/vitest';
import { cleanup } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

// jsdom has no media queries: everything is seen as on a desk.
const listening = ['addEventListener', 'removeEventListener', 'addListener', 'removeListener'];
window.matchMedia = (query: string) => {
  const methods = Object.fromEntries(listening.map((name) => [name, () => undefined]));
  return { matches: false, media: query, onchange: null, ...methods } as unknown as MediaQueryList;
};

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
