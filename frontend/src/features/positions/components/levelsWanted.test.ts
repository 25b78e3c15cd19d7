import { expect, it } from 'vitest';
import { levelsWanted, resultAt, toTick } from './levelsWanted';

const RESTING = { stop_loss_price: '98', take_profit_price: '105' };

it('names only what differs', () => {
  expect(levelsWanted({ stop_loss_price: '99.5' }, RESTING, '100')).toEqual({
    changes: { stop_loss_price: '99.5' },
    wrong: null,
  });
  expect(
    levelsWanted({ stop_loss_price: '98.00', take_profit_price: '106' }, RESTING, '100').changes,
  ).toEqual({
    take_profit_price: '106',
  });
  expect(levelsWanted({}, RESTING, null)).toEqual({ changes: {}, wrong: null });
});

it.each([
  ['stop_loss_price', '', 'Enter a price in dollars'],
  ['stop_loss_price', '-1', 'Enter a price in dollars'],
  ['stop_loss_price', '0', 'Enter a price in dollars'],
  ['stop_loss_price', '99.999', 'Whole cents; below a dollar four places'],
  ['stop_loss_price', '0.12345', 'Whole cents; below a dollar four places'],
  ['stop_loss_price', '100', 'A stop must be below the last price'],
  ['take_profit_price', '99', 'A target must be above the last price'],
] as const)('refuses %s at "%s" and says why', (field, text, message) => {
  expect(levelsWanted({ [field]: text }, RESTING, '100').wrong).toEqual({ field, message });
});

it('takes four places below a dollar', () => {
  const cheap = { stop_loss_price: '0.5', take_profit_price: null };
  expect(levelsWanted({ stop_loss_price: '0.5125' }, cheap, '0.6').changes).toEqual({
    stop_loss_price: '0.5125',
  });
  expect([toTick(221.4999), toTick(0.51249)]).toEqual(['221.50', '0.5125']);
});

it('says what selling there would come to', () => {
  expect(resultAt({ entry_price: '100', quantity: '12' }, '99.5')).toBe('-6');
  expect(resultAt({ entry_price: '100', quantity: '12' }, 'x')).toBeNull();
});
