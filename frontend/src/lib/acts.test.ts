import { describe, expect, it } from 'vitest';
import { describeAct } from './acts';
import { ApiError, NetworkError } from './errors';

const refused = (status: number, detail: string, retryAfter: number | null = null) =>
  new ApiError({ status, title: 'Refused', detail, errors: [] }, retryAfter);

describe('what is said when something was not done', () => {
  it.each([
    [null, 'Slower. Nothing was done: try it again in a moment.'],
    [0, 'Slower. Nothing was done: try it again in 1 s.'],
    [89, 'Slower. Nothing was done: try it again in 89 s.'],
    [90, 'Slower. Nothing was done: try it again in 2 min.'],
    [3600, 'Slower. Nothing was done: try it again in 60 min.'],
  ])('after %s seconds it may be asked again', (seconds, said) => {
    expect(describeAct(refused(429, 'Slower', seconds), 'startBot')).toBe(said);
  });

  it('tells a time-out from a refusal', () => {
    expect(describeAct(new NetworkError('The server did not answer in time'), 'closePosition')).toBe(
      'The server did not answer in time: it is not known whether the shares are being sold. The position shows it; pressing again does not sell twice.',
    );
  });

  it('tells a broker that does not answer from a database that has changed nothing', () => {
    expect(describeAct(refused(503, 'no answer'), 'cancelOrder')).toContain(
      'no answer: it is not known whether',
    );
    expect(describeAct(refused(503, 'it is locked; nothing was changed'), 'cancelOrder')).toBe(
      'it is locked; nothing was changed',
    );
  });

  it('calls fields what the page calls them', () => {
    const errors = [
      { field: 'new', message: 'is not a symbol', value: null, range: null, nearest: null },
      { field: 'old', message: 'is not held', value: null, range: null, nearest: null },
    ];
    const error = new ApiError({ status: 400, title: 'Wrong', detail: 'x', errors });
    expect(describeAct(error, 'renameSymbol', { new: 'New symbol' })).toBe(
      'New symbol: is not a symbol · old: is not held',
    );
  });

  it('says something of what nobody foresaw', () => {
    expect(describeAct(new Error('a fault of the page'), 'logIn')).toBe('a fault of the page');
  });
});
