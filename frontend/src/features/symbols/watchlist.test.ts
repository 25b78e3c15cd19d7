import { act, renderHook } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { readWatchlist, useWatchlist } from './watchlist';

afterEach(() => {
  localStorage.clear();
});

describe('the watchlist', () => {
  it.each([
    [null, []],
    ['', []],
    ['{"a":1}', []],
    ['["AAPL","AAPL","BRK.B",7,"<b>","aapl"]', ['AAPL', 'BRK.B']],
  ])('of %s is %j', (text, expected) => {
    expect(readWatchlist(text)).toEqual(expected);
  });

  it('keeps what is watched, in its sequence, and forgets it', () => {
    const { result } = renderHook(() => useWatchlist());
    act(() => {
      result.current.watch('MSFT', true);
      result.current.watch('AAPL', true);
      result.current.watch('MSFT', true);
    });
    expect(result.current.symbols).toEqual(['AAPL', 'MSFT']);
    act(() => {
      result.current.watch('AAPL', false);
    });
    expect(result.current.symbols).toEqual(['MSFT']);
    expect(renderHook(() => useWatchlist()).result.current.symbols).toEqual(['MSFT']);
  });
});
