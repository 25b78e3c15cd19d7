import { describe, expect, it } from 'vitest';
import { BOT_SCHEMA, CATALOGUE } from '@/test/server';
import { draftFrom } from './draft';
import { signalNeeds } from './signalNeeds';

const MODES = BOT_SCHEMA.fields.find(({ name }) => name === 'signal_mode')?.choices_said ?? null;
const THREE = { RSI: { oversold: 25 }, MACD: {}, SMA: { period: 20, slow: 50 }, OBV: {} };

function needsOf(indicators: Record<string, unknown>, signal_mode: string, min_votes = 1) {
  const draft = draftFrom({ indicators, signal_mode, min_votes }, BOT_SCHEMA.fields, CATALOGUE);
  return signalNeeds(draft, MODES, CATALOGUE);
}

describe('what a bot needs to buy', () => {
  it.each([
    ['any', 'At least 2 of these 3 must vote to buy on the same closed bar, and none may vote to sell.'],
    [
      'majority',
      'At least 2 of these 3 must vote to buy on the same closed bar, and fewer to sell. Who does not vote does not count.',
    ],
    [
      'all',
      'One of these 3 must vote to buy; on the same closed bar each of the others must vote to buy, too, or be on the side to buy.',
    ],
    ['every', 'All 3 of these must vote to buy on the same closed bar.'],
  ])('says it of %s', (mode, rule) => {
    expect(needsOf(THREE, mode, 2)).toMatchObject({
      rule,
      vetoes: ['OBV is below its average'],
      never: null,
    });
  });

  it('lists what each votes on, and where all must agree on which side it is without a vote', () => {
    const plain = ['RSI is below 25', 'MACD crosses above its signal', 'SMA 20 crosses above that of 50'];
    expect(needsOf(THREE, 'majority')?.conditions).toEqual(plain);
    expect(needsOf(THREE, 'all')?.conditions).toEqual([
      'RSI is below 25; on the side to buy where RSI is below 50',
      'MACD crosses above its signal; on the side to buy where MACD is above its signal',
      'SMA 20 crosses above that of 50; on the side to buy where SMA 20 is above that of 50',
    ]);
  });

  it('counts nothing where one alone can vote, and says nothing where none can', () => {
    expect(needsOf({ 'SMA:a': {} }, 'every')).toEqual({
      rule: 'On the last closed bar this must hold:',
      conditions: ['the close crosses above SMA:a 50'],
      vetoes: [],
      never: null,
    });
    expect(needsOf({ OBV: {} }, 'every')).toBeNull();
  });

  it.each([
    ['any', 1, null],
    ['any', 2, 'It never buys: 1 of 2 can vote to buy.'],
    ['all', 1, 'It never buys: 1 of 2 can vote to buy.'],
    ['every', 1, 'It never buys: 1 of 2 can vote to buy.'],
  ])('warns of a bot that never buys: %s, %s', (mode, least, never) => {
    const needs = needsOf({ RSI: {}, ADX: { pandas_ta: 'adx', sell: 'ADX_14 < 20' } }, mode, least);
    expect(needs?.never).toBe(never);
    expect(needs?.conditions[1]).toBe('ADX never votes to buy: it has no rule to');
  });
});
