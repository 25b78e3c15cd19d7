import { describe, expect, it } from 'vitest';
import { makeBot } from '@/test/factories';
import { BOT_SCHEMA } from '@/test/server';
import { parseConfig } from './configJson';

const parse = (value: unknown) => parseConfig(JSON.stringify(value), BOT_SCHEMA.fields);

describe('a bot as JSON', () => {
  it('is taken as the API answers it, without what is not a setting', () => {
    const { config, problem } = parse(makeBot());
    expect(problem).toBeNull();
    expect(Object.keys(config ?? {})).not.toContain('last_decision');
    expect(config).toMatchObject({ name: 'Momentum', risk_management: { stop_loss: 0.02 } });
  });

  it.each([
    [{ capitol: 1 }, 'capitol is not among a bot’s settings'],
    [{ risk_management: { stop: 0.1 } }, 'risk_management.stop is not among a bot’s settings'],
    [{ capitol: 1, colour: 'red' }, 'capitol, colour are not among a bot’s settings'],
    [{ symbols: 'AAPL' }, 'symbols must be a list'],
    [{ indicators: ['RSI'] }, 'indicators must be an object, such as {"RSI": {"period": 14}}'],
    [[1], 'A bot’s settings are one JSON object: { … }'],
  ])('%j is refused, and nothing of it is dropped without a word', (value, problem) => {
    expect(parse(value)).toEqual({ config: null, problem });
  });

  it('that is not JSON is refused with the place', () => {
    expect(parseConfig('{"name": ', BOT_SCHEMA.fields).problem).toMatch(/^This is not JSON: /);
  });
});
