import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LevelDrag } from './LevelDrag';
import type { ChartLevel } from './positionLevels';

const LEVELS: ChartLevel[] = [
  { kind: 'entry', price: 100 },
  { kind: 'stop', price: 90 },
  { kind: 'target', price: 110 },
];
/** A pixel is a tenth of a dollar, 120 is at the top. */
const placeOf = (price: number) => (120 - price) * 10;

function makeChart() {
  return {
    levelAt: vi.fn((y: number, reach: number) => {
      const found = LEVELS.findIndex(
        ({ kind, price }) => kind !== 'entry' && Math.abs(placeOf(price) - y) <= reach,
      );
      return found < 0 ? null : found;
    }),
    level: (index: number) => LEVELS[index],
    priceAt: (y: number) => 120 - y / 10,
    drawLevelAt: vi.fn(),
  };
}

let container: HTMLElement;
let drag: LevelDrag | undefined;
const moved = vi.fn();

function mouse(target: EventTarget, type: string, y: number): MouseEvent {
  const event = new MouseEvent(type, { clientY: y, bubbles: true, cancelable: true });
  target.dispatchEvent(event);
  return event;
}

beforeEach(() => {
  container = document.createElement('div');
  document.body.append(container);
  moved.mockReset();
});

afterEach(() => {
  drag?.remove();
  container.remove();
});

it('tells where the stop was dropped, and draws it back until the broker has moved it', () => {
  const chart = makeChart();
  drag = new LevelDrag(container, chart, moved);
  const taken = mouse(container, 'mousedown', placeOf(90) + 3);
  expect(taken.defaultPrevented).toBe(true);
  mouse(window, 'mousemove', placeOf(92));
  expect(chart.drawLevelAt).toHaveBeenLastCalledWith(1, 92);
  mouse(window, 'mouseup', placeOf(93));
  expect(moved.mock.calls).toEqual([['stop', 93]]);
  expect(chart.drawLevelAt).toHaveBeenLastCalledWith(1, null);
  mouse(window, 'mouseup', placeOf(95));
  expect(moved).toHaveBeenCalledTimes(1);
});

it('leaves the entry, and every place without a line, to the chart', () => {
  drag = new LevelDrag(container, makeChart(), moved);
  for (const price of [100, 97, 105]) {
    expect(mouse(container, 'mousedown', placeOf(price)).defaultPrevented).toBe(false);
    mouse(window, 'mouseup', placeOf(price));
  }
  expect(moved).not.toHaveBeenCalled();
});

it('says by the pointer that a line can be taken', () => {
  drag = new LevelDrag(container, makeChart(), moved);
  mouse(container, 'mousemove', placeOf(110));
  expect(container.style.cursor).toBe('ns-resize');
  mouse(container, 'mousemove', placeOf(100));
  expect(container.style.cursor).toBe('');
});

it('is given up with Escape', () => {
  const chart = makeChart();
  drag = new LevelDrag(container, chart, moved);
  mouse(container, 'mousedown', placeOf(110));
  mouse(window, 'mousemove', placeOf(115));
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', cancelable: true }));
  expect(chart.drawLevelAt).toHaveBeenLastCalledWith(2, null);
  mouse(window, 'mouseup', placeOf(115));
  expect(moved).not.toHaveBeenCalled();
});
