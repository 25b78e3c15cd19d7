import { describe, expect, it } from 'vitest';
import { decimalToString, divide, multiply, parseDecimal } from './decimal';

describe('decimal', () => {
  it.each(['0', '1', '-1', '0.1', '-0.000000001', '123456789012345.678901234'])(
    'keeps %s exactly',
    (text) => {
      expect(decimalToString(parseDecimal(text))).toBe(text);
    },
  );

  it('adds tenths without a float', () => {
    expect(decimalToString(parseDecimal('0.1') + parseDecimal('0.2'))).toBe('0.3');
  });

  it('multiplies and divides', () => {
    expect(decimalToString(multiply(parseDecimal('12'), parseDecimal('189.12')))).toBe('2269.44');
    expect(decimalToString(divide(parseDecimal('1'), parseDecimal('3')) ?? 0n)).toBe('0.333333333');
    expect(divide(1n, 0n)).toBeNull();
  });

  it('refuses what is not a decimal', () => {
    expect(() => parseDecimal('1e5')).toThrow('it was "1e5"');
  });
});
