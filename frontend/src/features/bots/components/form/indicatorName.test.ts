import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '@/test/server';
import { draftFrom } from './draft';
import { newCustom, type IndicatorDraft } from './indicatorDraft';
import { followsFunction, freeName, withFunction } from './indicatorName';
import { indicatorProblems } from './validateIndicators';

function custom(change: Partial<IndicatorDraft> = {}): IndicatorDraft {
  return { name: 'adx', label: '', pandasTa: 'adx', buy: 'ADX_14 > 25', sell: '', params: {}, ...change };
}

describe('the name of a custom indicator', () => {
  it.each([
    ['', 'adx', true],
    ['adx', 'adx', true],
    ['adx_2', 'adx', true],
    ['adx_12', 'adx', true],
    ['ADX', 'adx', false],
    ['adx_old', 'adx', false],
    ['trend', 'adx', false],
    ['trend_2', 'adx', false],
    ['cdl_risefall3metho_2', 'cdl_risefall3methods', true],
  ])('%j of %s follows its function: %s', (name, pandasTa, follows) => {
    expect(followsFunction({ name, pandasTa })).toBe(follows);
  });

  it('is the function’s, and the next free one where that is taken', () => {
    expect(freeName(custom(), [], CATALOGUE)).toBe('adx');
    expect(freeName(custom(), [custom()], CATALOGUE)).toBe('adx_2');
    expect(freeName(custom(), [custom(), custom({ name: 'adx_2' })], CATALOGUE)).toBe('adx_3');
    expect(freeName(custom(), [custom({ label: 'slow' })], CATALOGUE)).toBe('adx');
  });

  it('has at most the twenty characters the server allows', () => {
    const long = custom({ pandasTa: 'cdl_risefall3methods', name: 'cdl_risefall3methods' });
    expect(freeName(long, [long], CATALOGUE)).toBe('cdl_risefall3metho_2');
  });
});

describe('another function', () => {
  it('renames the indicator, brings its parameters and drops the example’s rule', () => {
    expect(withFunction(newCustom(CATALOGUE), 'cci', [], CATALOGUE)).toEqual({
      ...custom({ name: 'cci', pandasTa: 'cci', buy: '' }),
      params: { length: '14', c: '0.015' },
    });
  });

  it('takes a name that is free', () => {
    const others = [custom({ name: 'cci', pandasTa: 'cci' })];
    expect(withFunction(custom(), 'cci', others, CATALOGUE).name).toBe('cci_2');
  });

  it('leaves a name and a rule that were typed', () => {
    const typed = custom({ name: 'Mine', buy: 'ADX_14 > 30' });
    expect(withFunction(typed, 'cci', [], CATALOGUE)).toMatchObject({ name: 'Mine', buy: 'ADX_14 > 30' });
  });
});

describe('a rule that names the columns of another function', () => {
  const problemsOf = (indicator: IndicatorDraft) =>
    indicatorProblems({ ...draftFrom({}, [], CATALOGUE), indicators: [indicator] }, CATALOGUE);

  it('is named as broken, with the columns there are', () => {
    const moved = withFunction(custom({ buy: 'ADX_14 > 30 and close > 5' }), 'cci', [], CATALOGUE);
    expect(problemsOf(moved)).toEqual({
      'indicators.0.buy': 'ADX_14 is not a column of cci: CCI_14_0_015',
    });
    expect(problemsOf({ ...moved, buy: '', sell: 'not crosses_above(ROC_10, 0)' })).toEqual({
      'indicators.0.sell': 'ROC_10 is not a column of cci: CCI_14_0_015',
    });
  });

  it.each([
    'CCI_14_0.015 > 100',
    'CCI_14_0_015 > 1e2 or crosses_below(CCI_14_0_015, volume / 2.5)',
    'not (close < open)',
  ])('%s is right', (buy) => {
    expect(problemsOf(custom({ name: 'cci', pandasTa: 'cci', buy }))).toEqual({});
  });

  it('is left to the server where the columns depend on what was typed', () => {
    expect(problemsOf(custom({ params: { length: '20' }, buy: 'ADX_20 > 25' }))).toEqual({});
  });
});
