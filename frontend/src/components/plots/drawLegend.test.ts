import { describe, expect, it } from 'vitest';
import { placeLegend } from './drawLegend';

const measure = (text: string) => text.length * 10;
const entry = (name: string) => ({ name, colour: '#000' });

describe('the legend of a saved picture', () => {
  it('takes no room where there is none', () => {
    expect(placeLegend([], 300, measure)).toEqual({ placed: [], height: 0 });
  });

  it('begins a row where the next entry would not fit, and never before the first', () => {
    const entries = [entry('ab'), entry('cd'), entry('x'.repeat(90)), entry('e')];
    const { placed, height } = placeLegend(entries, 160, measure);
    expect(placed.map(({ x, y }) => [x, y])).toEqual([
      [16, 0],
      [80, 0],
      [16, 18],
      [16, 36],
    ]);
    expect(height).toBe(62);
  });
});
