import { describe, expect, it } from 'vitest';
import { configLink, linkedConfig } from './configLink';

const hashOf = (link: string) => new URL(link).hash;

describe('a link with settings', () => {
  it.each([
    [{}],
    [{ name: 'Größe 📈 "x"', symbols: ['BRK.B'], capital: 1000.5 }],
    [{ indicators: { RSI: { period: 14 } }, risk_management: { take_profit: null } }],
  ])('brings back %j', (config) => {
    const link = configLink(config, 'http://127.0.0.1:8000');
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:8000\/bots\/new#config=[\w-]+$/);
    expect(JSON.parse(linkedConfig(hashOf(link)) ?? '')).toEqual(config);
  });

  it('has none where there is none', () => {
    expect(linkedConfig('')).toBeNull();
    expect(linkedConfig('#other=1')).toBeNull();
  });

  it.each(['#config=%%%', '#config=****', '#config=_w'])('%s is refused with a reason', (hash) => {
    expect(() => linkedConfig(hash)).toThrow('cannot be read');
  });

  it('is refused where it is endless', () => {
    expect(() => linkedConfig(`#config=${'A'.repeat(20_001)}`)).toThrow('too long');
  });
});
