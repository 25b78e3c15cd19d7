import { describe, expect, it } from 'vitest';
import { tokens } from '@/theme/tokens';
import { partColours } from './plotTheme';

describe('colours of the parts of a whole', () => {
  it.each(['light', 'dark'] as const)(
    'are eight that differ, and another for the rest, when it is %s',
    (scheme) => {
      const found = partColours(9, tokens[scheme], true);
      expect(new Set(found).size).toBe(9);
      expect(found.slice(0, 6)).toEqual(tokens[scheme].series);
      expect(found[8]).toBe(tokens[scheme].muted);
      for (const colour of found) expect(colour).toMatch(/^#[0-9a-f]{6}$/);
    },
  );
});
