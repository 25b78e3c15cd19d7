import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

// A page draws for seconds on a machine that does other things as well; what never comes still fails.
configure({ asyncUtilTimeout: 5000 });

// jsdom has no media queries: everything is seen as on a desk.
const listening = ['addEventListener', 'removeEventListener', 'addListener', 'removeListener'];
window.matchMedia = (query: string) => {
  const methods = Object.fromEntries(listening.map((name) => [name, () => undefined]));
  return { matches: false, media: query, onchange: null, ...methods } as unknown as MediaQueryList;
};

// jsdom lays nothing out: what is drawn is as large as a desk allows.
class DeskObserver implements ResizeObserver {
  private readonly callback: ResizeObserverCallback;
  constructor(callback: ResizeObserverCallback) {
    this.callback = callback;
  }
  observe(target: Element): void {
    const contentRect = { width: 800, height: 240, x: 0, y: 0, top: 0, left: 0, right: 800, bottom: 240 };
    this.callback([{ target, contentRect } as unknown as ResizeObserverEntry], this);
  }
  unobserve(): void {
    return undefined;
  }
  disconnect(): void {
    return undefined;
  }
}
window.ResizeObserver = DeskObserver;

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
