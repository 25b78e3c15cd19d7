import { describe, expect, it } from 'vitest';
import {
  formatClock,
  formatDayClock,
  formatDuration,
  formatMoney,
  formatPercent,
  formatPrice,
  formatQuantity,
  formatSignedMoney,
  formatSignedPercent,
  signOf,
} from './format';

describe('numbers', () => {
  it.each([
    ['1234.5', '$1,234.50'],
    ['-3.999000', '−$4.00'],
    ['-0.001', '$0.00'],
    [null, '—'],
    ['', '—'],
    ['x', '—'],
  ])('formats %j as money %s', (value, text) => {
    expect(formatMoney(value)).toBe(text);
  });

  it.each([
    ['42.180000', '+$42.18'],
    ['-42.180000', '−$42.18'],
    ['0.001', '$0.00'],
    ['-0.004', '$0.00'],
    [null, '—'],
  ])('signs %j as %s', (value, text) => {
    expect(formatSignedMoney(value)).toBe(text);
  });

  it('shows fractions as percent', () => {
    expect(formatPercent('0.5714')).toBe('57.1%');
    expect(formatSignedPercent('0.0123')).toBe('+1.23%');
    expect(formatSignedPercent('-0.00001')).toBe('0.00%');
  });

  it('gives prices below a dollar four places', () => {
    expect(formatPrice('189.120000')).toBe('189.12');
    expect(formatPrice('0.51234')).toBe('0.5123');
  });

  it('gives quantities the places they need', () => {
    expect(formatQuantity('12.000000000')).toBe('12');
    expect(formatQuantity('0.250000000')).toBe('0.25');
  });

  it('tells the direction of what is shown', () => {
    expect([signOf('0.004'), signOf('0.006'), signOf('-2'), signOf(null)]).toEqual([0, 1, -1, 0]);
  });
});

describe('times', () => {
  it('shows New York time on both sides of the change of the clocks', () => {
    expect(formatClock('2026-10-30T13:30:05Z')).toBe('09:30:05');
    expect(formatClock('2026-11-20T14:30:05Z')).toBe('09:30:05');
    expect(formatClock('2026-11-20T05:00:00Z')).toBe('00:00:00');
  });

  it('names an earlier day', () => {
    expect(formatDayClock('2026-11-20T14:30:05Z', '2026-11-20')).toBe('09:30:05');
    expect(formatDayClock('2026-11-19T14:30:05Z', '2026-11-20')).toBe('Nov 19 09:30:05');
  });

  it.each([
    [0, '0:00'],
    [65, '1:05'],
    [5025, '1:23:45'],
    [183_600, '2d 03h'],
    [-3, '0:00'],
  ])('formats %i s as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
