import { describe, expect, it } from 'vitest';
import { makeAlert } from '@/test/factories';
import { AlertStore, isOver, isUnread } from './alertStore';

const at = (minute: number) => `2026-11-20T15:0${minute}:00+00:00`;
const BEGAN = makeAlert({ alert: 1, began_at: at(0), changed_at: at(0), message: 'the broker is away' });
const OVER = makeAlert({ ...BEGAN, ended_at: at(2), changed_at: at(2), message: 'the broker is back' });
const NEWS = makeAlert({
  alert: 2,
  began_at: at(1),
  ended_at: at(1),
  changed_at: at(1),
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
    expect(store.getSnapshot().unread).toBe(2);
  });

  it('takes what was read after a reload, which never undoes an end that was heard', () => {
    const store = new AlertStore();
    store.push(OVER);
    store.read([NEWS, BEGAN], at(1), 1);
    expect(messages(store)).toEqual(['the broker is back', 'a bot was halted']);
    expect(store.getSnapshot().unread).toBe(1);
  });

  it('knows after a reload what this person has read elsewhere', () => {
    const store = new AlertStore();
    store.read([OVER, NEWS], at(2), 0);
    expect(store.getSnapshot().unread).toBe(0);
    store.push(makeAlert({ alert: 3, changed_at: at(3) }));
    expect(store.getSnapshot().unread).toBe(1);
    expect(store.markRead()).toBe(at(3));
    expect(store.getSnapshot().unread).toBe(0);
    expect(store.markRead()).toBeNull();
    // An answer that was on its way is older than what was read since.
    store.read([OVER, NEWS], at(1), 1);
    expect(store.getSnapshot().unread).toBe(0);
  });

  it('counts what lies beyond the list', () => {
    const store = new AlertStore();
    store.read([NEWS], null, 7);
    expect(store.getSnapshot().unread).toBe(7);
    store.markRead();
    expect(store.getSnapshot().unread).toBe(0);
  });

  it('tells trouble that is over from news, and the unread from the read', () => {
    expect([BEGAN, OVER, NEWS].map(isOver)).toEqual([false, true, false]);
    expect([isUnread(OVER, at(1)), isUnread(OVER, at(2)), isUnread(OVER, null)]).toEqual([true, false, true]);
  });
});
