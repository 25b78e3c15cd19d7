import { describe, expect, it } from 'vitest';
import { Decimal, decimalToString, divide } from './decimal';

describe('decimal', () => {
  it.each(['0', '1', '-1', '0.1', '-0.000000001', '123456789012345.678901234'])(
    'keeps %s exactly',
    (text) => {
      expect(decimalToString(new Decimal(text))).toBe(text);
    },
  );

  it('adds tenths without a float', () => {
    expect(decimalToString(new Decimal('0.1').plus('0.2'))).toBe('0.3');
  });

  it('multiplies exactly, and divides to nine places', () => {
    expect(decimalToString(new Decimal('12').times('189.12'))).toBe('2269.44');
    expect(decimalToString(new Decimal('0.123456789').times('0.000000001'))).toBe('0.000000000123456789');
    expect(divide(new Decimal('2'), new Decimal('3'))?.toFixed()).toBe('0.666666666');
    expect(divide(new Decimal('1'), new Decimal('0'))).toBeNull();
  });

  it('refuses what is not a decimal', () => {
    expect(() => new Decimal('1,5')).toThrow('Invalid number');
  });
});
