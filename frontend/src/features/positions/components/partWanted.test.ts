import { expect, it } from 'vitest';
import { partWanted } from './partWanted';

it.each([
  ['12', '12', { shares: '12', isPart: false, wrong: null }],
  ['12.0', '12', { shares: '12', isPart: false, wrong: null }],
  ['3.5', '3.5', { shares: '3.5', isPart: false, wrong: null }],
  ['4', '12', { shares: '4', isPart: true, wrong: null }],
  [' 04 ', '12', { shares: '4', isPart: true, wrong: null }],
  ['11', '12', { shares: '11', isPart: true, wrong: null }],
])('reads %s of %s shares', (typed, held, wanted) => {
  expect(partWanted(typed, held)).toEqual(wanted);
});

it.each([
  ['', '12', 'Enter how many shares to sell'],
  ['-1', '12', 'Enter how many shares to sell'],
  ['four', '12', 'Enter how many shares to sell'],
  ['1e3', '12', 'Enter how many shares to sell'],
  ['0', '12', 'A part is sold in whole shares'],
  ['1.5', '12', 'A part is sold in whole shares'],
  ['13', '12', 'So many are not held'],
  ['3', '3.5', 'Less than a share would be left, which no stop can protect'],
])('refuses %s of %s shares and says why', (typed, held, wrong) => {
  expect(partWanted(typed, held)).toMatchObject({ isPart: false, wrong });
});
