import { describe, expect, it } from 'vitest';
import { entered, listed, splitSymbols } from './symbolText';

const found = (...symbols: string[]) =>
  symbols.map((symbol) => ({ symbol, name: `${symbol} Inc.`, exchange: 'NASDAQ', tradable: true }));

describe('what is typed into the box of symbols', () => {
  it('is taken apart at blanks, commas and semicolons', () => {
    expect(splitSymbols(' aapl, msft;goog\nbrk.b ')).toEqual(['AAPL', 'MSFT', 'GOOG', 'BRK.B']);
  });

  it.each([
    ['a symbol as it stands, wherever it is in the list', 'a', found('AA', 'A'), ['A']],
    ['the first found of a name', 'bank of', found('BAC', 'BK'), ['BAC']],
    ['a list', 'AAPL MSFT', [], ['AAPL', 'MSFT']],
    ['nothing of what is not listed', 'zzzz', [], []],
    ['nothing of nothing', ' ', found('AAPL'), []],
  ])('Enter chooses %s', (_, text, results, chosen) => {
    expect(entered(text, results, false)).toEqual(chosen);
  });

  it('is taken as it stands where the server could not be asked', () => {
    expect(entered('aapl', found('OLD'), true)).toEqual(['AAPL']);
  });

  it('is chosen on leaving only where it is a listed symbol', () => {
    expect(listed('aapl', found('AAPL', 'AAPB'))).toEqual(['AAPL']);
    expect(listed('aap', found('AAPL'))).toEqual([]);
    expect(listed('aapl msft', found('AAPL', 'MSFT'))).toEqual([]);
  });
});
