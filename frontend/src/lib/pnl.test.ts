import { describe, expect, it } from 'vitest';
import { makePosition, makeSummary } from '@/test/factories';
import { liveTotals, openPnl } from './pnl';

const later = (price: string) => ({ price, at: '2026-11-20T15:00:01Z' });

describe('openPnl', () => {
  it('follows the live price', () => {
    expect(openPnl(makePosition(), later('190.10'))).toEqual({ amount: '61.2', fraction: '0.027567567' });
  });

  it('is what the server said since', () => {
    const position = makePosition({ price_at: '2026-11-20T15:00:02Z' });
    expect(openPnl(position, later('190.10')).amount).toBe('48');
  });

  it('is what the server said until there is one', () => {
    expect(openPnl(makePosition(), undefined)).toEqual({ amount: '48', fraction: '0.021622' });
  });
});

describe('liveTotals', () => {
  const at = (price: string) => () => later(price);

  it('moves the account by what the prices did since it was read', () => {
    expect(liveTotals(makeSummary(), [makePosition()], at('190.00'))).toEqual({
      equity: '100012',
      dayPnl: '112',
      dayPnlFraction: '0.001121121',
      dayParts: { bots: '92', byHand: '15', unattributed: '5' },
      openPnl: '60',
      exposure: '2280',
      exposureFraction: '0.022797264',
    });
  });

  it('moves nothing while the positions are not those that were counted', () => {
    expect(liveTotals(makeSummary({ open_positions: 2 }), [makePosition()], at('190.00')).equity).toBe(
      '100000',
    );
    expect(liveTotals(makeSummary(), undefined, at('190.00')).openPnl).toBe('48');
  });

  it('stays unknown when the account was never read', () => {
    const summary = makeSummary({ equity: null, day_pnl: null });
    expect(liveTotals(summary, [makePosition()], at('190.00')).equity).toBeNull();
  });
});
