import { describe, expect, it } from 'vitest';
import { makeAlert } from '@/test/factories';
import { AlertStore, changedAt, isOver } from './alertStore';

const BEGAN = makeAlert({ alert: 1, began_at: '2026-11-20T15:00:00Z', message: 'the broker is away' });
const OVER = makeAlert({ ...BEGAN, ended_at: '2026-11-20T15:02:00Z', message: 'the broker is back' });
const NEWS = makeAlert({
  alert: 2,
  began_at: '2026-11-20T15:01:00Z',
  ended_at: '2026-11-20T15:01:00Z',
  message: 'a bot was halted',
});

const messages = (store: AlertStore) => store.getSnapshot().entries.map(({ message }) => message);

describe('AlertStore', () => {
  it('keeps one entry an alert, as it was last told, newest first', () => {
    const store = new AlertStore();
    for (const alert of [BEGAN, NEWS]) store.push(alert);
    expect(messages(store)).toEqual(['a bot was halted', 'the broker is away']);
    store.push(OVER);
    expect(messages(store)).toEqual(['the broker is back', 'a bot was halted']);
    expect(store.getSnapshot().unread).toBe(3);
  });

  it('takes what was read after a reload, which never undoes an end that was heard', () => {
    const store = new AlertStore();
    store.push(OVER);
    store.read([NEWS, BEGAN]);
    expect(messages(store)).toEqual(['the broker is back', 'a bot was halted']);
    expect(store.getSnapshot().unread).toBe(1);
  });

  it('tells trouble that is over from news', () => {
    expect([BEGAN, OVER, NEWS].map(isOver)).toEqual([false, true, false]);
    expect(changedAt(OVER)).toBe(OVER.ended_at);
  });
});
