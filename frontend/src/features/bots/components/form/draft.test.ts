import { describe, expect, it } from 'vitest';
import { fractionToPercent, percentToFraction } from '@/lib/percent';
import { BOT_SCHEMA, CATALOGUE } from '@/test/server';
import { configFrom, draftFrom, type BotDraft } from './draft';
import { placeErrors } from './serverErrors';
import { validateDraft } from './validate';

/** The configuration of the seed, as it stands. */
const SEED = {
  name: 'Momentum Bot',
  capital: 10000,
  trading_frequency: 60,
  symbols: ['AAPL', 'MSFT', 'GOOGL'],
  indicators: {
    RSI: { period: 14, oversold: 30, overbought: 70 },
    MACD: { fast: 12, slow: 26, signal: 9 },
    SMA: { period: 50 },
  },
  risk_management: { stop_loss: 0.02, take_profit: 0.05, max_position_size: 0.1, max_daily_loss: 0.1 },
  start_hour: 9,
  start_minute: 30,
  end_hour: 12,
  end_minute: 0,
};

const draftOf = (config: Record<string, unknown>) => draftFrom(config, BOT_SCHEMA.fields, CATALOGUE);
const configOf = (draft: BotDraft) => configFrom(draft, BOT_SCHEMA.fields, CATALOGUE);
const problemsOf = (draft: BotDraft) => validateDraft(draft, BOT_SCHEMA, CATALOGUE);

function firstOf({ indicators }: BotDraft) {
  const [first] = indicators;
  if (!first) throw new Error('an indicator was expected');
  return first;
}

describe('per cent and fraction', () => {
  it.each([
    ['2', '0.02'],
    ['7', '0.07'],
    ['0.1', '0.001'],
    ['500', '5'],
    ['12.3456', '0.123456'],
  ])('%s %% is %s on the wire, and back', (percent, fraction) => {
    expect(percentToFraction(percent)).toBe(fraction);
    expect(fractionToPercent(fraction)).toBe(percent);
    expect(fractionToPercent(Number(fraction))).toBe(percent);
  });
});

describe('a configuration in the form', () => {
  it('takes the seed’s JSON as it stands, and shows percentages as such', () => {
    const draft = draftOf(SEED);
    expect(draft.fields).toMatchObject({
      name: 'Momentum Bot',
      capital: '10000',
      signal_mode: 'majority',
      start_minute: '30',
      end_minute: '0',
      close_at_window_end: 'false',
      'risk_management/stop_loss': '2',
      'risk_management/take_profit': '5',
      'risk_management/trailing_stop': '',
    });
    expect(problemsOf(draft)).toEqual({});
  });

  it('sends what it was given, with the defaults written out', () => {
    expect(configOf(draftOf(SEED))).toEqual({
      ...SEED,
      timeframe: '1Min',
      signal_mode: 'majority',
      min_votes: 1,
      close_at_window_end: false,
      risk_management: {
        ...SEED.risk_management,
        trailing_stop: null,
        max_positions: 5,
        cooldown_minutes: 0,
        max_orders_per_minute: 10,
      },
    });
  });

  it('keeps one indicator twice, and a custom one with its rules', () => {
    const indicators = {
      'SMA:fast': { period: 10, slow: 20 },
      'SMA:slow': { period: 50 },
      ADX: { pandas_ta: 'adx', length: 14, buy: 'ADX_14 > 25' },
    };
    const draft = draftOf({ ...SEED, indicators });
    expect(draft.indicators.map(({ name, label, pandasTa, buy }) => [name, label, pandasTa, buy])).toEqual([
      ['SMA', 'fast', '', ''],
      ['SMA', 'slow', '', ''],
      ['ADX', '', 'adx', 'ADX_14 > 25'],
    ]);
    expect(configOf(draft).indicators).toMatchObject(indicators);
    expect(problemsOf(draft)).toEqual({});
  });

  it('begins a new bot with every default', () => {
    expect(draftOf({}).fields).toMatchObject({
      name: '',
      capital: '',
      trading_frequency: '60',
      timeframe: '1Min',
      'risk_management/max_position_size': '10',
      'risk_management/stop_loss': '',
    });
  });
});

describe('what is wrong is said before it is sent', () => {
  const CASES: [string, (draft: BotDraft) => void, Record<string, string>][] = [
    ['an empty name', (draft) => (draft.fields.name = ' '), { 'fields.name': 'is required' }],
    [
      'too long a name',
      (draft) => (draft.fields.name = 'x'.repeat(81)),
      { 'fields.name': 'must have at most 80 characters' },
    ],
    [
      'too little capital',
      (draft) => (draft.fields.capital = '99'),
      { 'fields.capital': 'must be between 100 and 100,000,000 dollars' },
    ],
    [
      'words for a number',
      (draft) => (draft.fields.capital = 'lots'),
      { 'fields.capital': 'must be a number' },
    ],
    [
      'half a second',
      (draft) => (draft.fields.trading_frequency = '0.5'),
      { 'fields.trading_frequency': 'must be a whole number' },
    ],
    [
      'a stop of sixty per cent',
      (draft) => (draft.fields['risk_management/stop_loss'] = '60'),
      { 'fields.risk_management/stop_loss': 'must be between 0.1 and 50 %' },
    ],
    [
      'no stop',
      (draft) => (draft.fields['risk_management/stop_loss'] = ''),
      { 'fields.risk_management/stop_loss': 'is required' },
    ],
    ['no target, which is allowed', (draft) => (draft.fields['risk_management/take_profit'] = ''), {}],
    [
      'a window that ends before it starts',
      (draft) => (draft.fields.end_hour = '9'),
      { 'fields.end_hour': 'the window must end after it starts' },
    ],
    ['no symbols', (draft) => (draft.symbols = []), { symbols: 'name at least one symbol' }],
    [
      'no indicators',
      (draft) => (draft.indicators = []),
      { 'indicators.root': 'choose at least one indicator' },
    ],
    [
      'a period out of range',
      (draft) => (firstOf(draft).params.period = '1'),
      { 'indicators.0.params.period': 'must be between 2 and 500' },
    ],
    [
      'a parameter that does not exist',
      (draft) => (firstOf(draft).params.lenght = '14'),
      { 'indicators.0.params.lenght': 'is not a parameter' },
    ],
    [
      'the same indicator twice without a label',
      (draft) => (draft.indicators[1] = { ...firstOf(draft) }),
      { 'indicators.1.label': 'another one is called RSI: give it a label of its own' },
    ],
    [
      'more votes than there are',
      (draft) => (draft.fields.min_votes = '4'),
      { 'fields.min_votes': 'must be at most the number of voting indicators (3)' },
    ],
  ];

  it.each(CASES)('%s', (_, spoil, expected) => {
    const draft = draftOf(SEED);
    spoil(draft);
    expect(problemsOf(draft)).toEqual(expected);
  });

  it('indicators that only forbid entries cannot be alone', () => {
    expect(problemsOf(draftOf({ ...SEED, indicators: { VolumeSMA: {} } }))).toEqual({
      'indicators.root': 'at least one indicator must be able to vote; these only forbid entries',
    });
  });

  it('a custom indicator has no label, so that its name must differ', () => {
    const adx = { pandas_ta: 'adx', buy: 'ADX_14 > 25' };
    const draft = draftOf({ ...SEED, indicators: { A: adx, B: adx } });
    draft.indicators = draft.indicators.map((each) => ({ ...each, name: 'A' }));
    expect(problemsOf(draft)).toEqual({
      'indicators.1.name': 'another one is called A: give it a name of its own',
    });
  });

  it('a custom indicator needs a function and a rule', () => {
    expect(problemsOf(draftOf({ ...SEED, indicators: { Mine: {} } }))).toEqual({
      'indicators.0.pandasTa': 'choose a function',
      'indicators.0.buy': 'say when it buys, or when it sells',
    });
  });
});

const PROBLEM = { value: null, range: null, nearest: null };

describe('the server’s complaints', () => {
  const draft = draftOf({
    ...SEED,
    indicators: { RSI: {}, 'SMA:a.b': {}, SMA: {}, ADX: { pandas_ta: 'adx', buy: 'x >' } },
  });
  it.each([
    ['risk_management.stop_loss', 'fields.risk_management/stop_loss'],
    ['name', 'fields.name'],
    ['symbols', 'symbols'],
    ['symbols.2', 'symbols'],
    ['indicators', 'indicators.root'],
    ['indicators.RSI.period', 'indicators.0.params.period'],
    ['indicators.RSI', 'indicators.0.label'],
    ['indicators.SMA:a.b.period', 'indicators.1.params.period'],
    ['indicators.SMA.slow', 'indicators.2.params.slow'],
    ['indicators.ADX.buy', 'indicators.3.buy'],
    ['indicators.ADX.pandas_ta', 'indicators.3.pandasTa'],
    ['indicators.ADX.length', 'indicators.3.params.length'],
    ['indicators.Gone.period', 'indicators.root'],
    ['capitol', null],
  ])('about %s are said at %s', (field, path) => {
    expect(placeErrors([{ ...PROBLEM, field, message: 'is wrong' }], draft)[0]?.path).toBe(path);
  });

  it('name what they are about when they have no place, and the nearest right word', () => {
    expect(
      placeErrors([{ ...PROBLEM, field: 'capitol', message: 'is not a setting', nearest: 'capital' }], draft),
    ).toEqual([{ path: null, message: 'capitol is not a setting (did you mean capital?)' }]);
  });
});
