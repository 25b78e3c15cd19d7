import { describe, expect, it } from 'vitest';
import { livePrice } from './livePrice';

const AT = '2026-11-20T15:00:00Z';
const tick = (at: string) => ({ price: '190', at });

describe('livePrice', () => {
  it.each([
    ['a newer tick', tick('2026-11-20T15:00:01+00:00'), { price: '189', at: AT }, '190'],
    ['a tick of the same moment', tick('2026-11-20T10:00:00-05:00'), { price: '189', at: AT }, '190'],
    ['an older tick', tick('2026-11-20T14:59:59.999Z'), { price: '189', at: AT }, '189'],
    ['a price of unknown time', tick(AT), { price: '189', at: null }, '190'],
    ['no price', tick(AT), { price: null, at: AT }, '190'],
    ['no tick', undefined, { price: '189', at: AT }, '189'],
    ['nothing', undefined, { price: null, at: null }, null],
  ])('decides about %s', (_, streamed, told, expected) => {
    expect(livePrice(streamed, told)).toBe(expected);
  });
});
