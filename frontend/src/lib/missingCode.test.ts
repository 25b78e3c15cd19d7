import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isCodeMissing, reloadWhenBack } from './missingCode';

describe('a part of the page that could not be fetched', () => {
  it.each([
    ['Failed to fetch dynamically imported module: http://x/assets/A.js', true],
    ['error loading dynamically imported module: http://x/assets/A.js', true],
    ['Importing a module script failed.', true],
    ['Unable to preload CSS for /assets/A.css', true],
    ['Cannot read properties of undefined', false],
  ])('%s: %s', (message, expected) => {
    expect(isCodeMissing(new TypeError(message))).toBe(expected);
    expect(isCodeMissing(message)).toBe(false);
  });

  describe('while the server is away', () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    it('is loaded anew once it answers, and once only', async () => {
      const answers = [false, false, true, true];
      const reload = vi.fn();
      reloadWhenBack(() => Promise.resolve(answers.shift() ?? true), reload);
      await vi.advanceTimersByTimeAsync(6500);
      expect(reload).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(9000);
      expect(reload).toHaveBeenCalledTimes(1);
    });

    it('is not loaded anew after one has gone elsewhere', async () => {
      const reload = vi.fn();
      const end = reloadWhenBack(() => Promise.resolve(true), reload);
      end();
      await vi.advanceTimersByTimeAsync(9000);
      expect(reload).not.toHaveBeenCalled();
    });
  });
});
