import { describe, expect, it } from 'vitest';
import { isTypingIn, KeyReader, SHORTCUTS, type Meant } from './shortcuts';

const plain = { ctrlKey: false, metaKey: false, altKey: false };

function read(keys: readonly string[], { gap = 100, isTyping = false } = {}): Meant {
  const reader = new KeyReader();
  let meant: Meant = null;
  keys.forEach((key, place) => {
    meant = reader.read({ ...plain, key }, place * gap, isTyping);
  });
  return meant;
}

describe('keys', () => {
  it.each([
    [['g', 'b'], { kind: 'go', href: '/bots' }],
    [['g', 'd'], { kind: 'go', href: '/' }],
    [['g', 'm'], { kind: 'go', href: '/account' }],
    [['?'], { kind: 'help' }],
    [['/'], { kind: 'find' }],
    [['b'], null],
    [['g', 'x', 'b'], null],
    [['g', 'z'], null],
  ] as const)('%j mean %j', (keys, expected) => {
    expect(read(keys)).toEqual(expected);
  });

  it('are two that belong together only when one follows the other soon', () => {
    expect(read(['g', 'b'], { gap: 2000 })).toBeNull();
  });

  it('are text while somebody types, but for the one that finds', () => {
    expect(read(['g', 'b'], { isTyping: true })).toBeNull();
    expect(read(['?'], { isTyping: true })).toBeNull();
    const find = { kind: 'find' };
    expect(new KeyReader().read({ ...plain, key: 'k', ctrlKey: true }, 0, true)).toEqual(find);
    expect(new KeyReader().read({ ...plain, key: 'K', metaKey: true }, 0, false)).toEqual(find);
  });

  it('are the browser’s with Ctrl, Alt or Cmd', () => {
    for (const name of ['ctrlKey', 'metaKey', 'altKey'] as const) {
      expect(new KeyReader().read({ ...plain, [name]: true, key: '?' }, 0, false)).toBeNull();
    }
  });

  it('have one meaning each', () => {
    const known = SHORTCUTS.map(({ keys }) => keys.join(' '));
    expect(new Set(known).size).toBe(known.length);
  });

  it('know where text is typed', () => {
    document.body.innerHTML = '<input id="a"><div role="listbox"><span id="b"></span></div><p id="c"></p>';
    const at = (id: string) => isTypingIn(document.getElementById(id));
    expect([at('a'), at('b'), at('c'), isTypingIn(null)]).toEqual([true, true, false, false]);
  });
});
