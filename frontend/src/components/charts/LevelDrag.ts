import type { MovableLevel } from './positionLevels';
import type { PriceChart } from './PriceChart';

/** So near, in pixels, the pointer has a line. */
const REACH = 6;

type Chart = Pick<PriceChart, 'levelAt' | 'level' | 'priceAt' | 'drawLevelAt'>;

/** Lets a mouse drag the lines of stop and target; fingers scroll, they have the form beside the chart. */
export class LevelDrag {
  private readonly container: HTMLElement;
  private readonly chart: Chart;
  private readonly onDragged: (kind: MovableLevel, price: number) => void;
  private dragged: number | null = null;

  constructor(container: HTMLElement, chart: Chart, onDragged: (kind: MovableLevel, price: number) => void) {
    this.container = container;
    this.chart = chart;
    this.onDragged = onDragged;
    container.addEventListener('mousemove', this.hover, { capture: true });
    container.addEventListener('mousedown', this.take, { capture: true });
  }

  remove(): void {
    this.release();
    this.container.style.cursor = '';
    this.container.removeEventListener('mousemove', this.hover, { capture: true });
    this.container.removeEventListener('mousedown', this.take, { capture: true });
  }

  private height(event: MouseEvent): number {
    return event.clientY - this.container.getBoundingClientRect().top;
  }

  private readonly hover = (event: MouseEvent): void => {
    if (this.dragged !== null) return;
    const over = this.chart.levelAt(this.height(event), REACH) !== null;
    this.container.style.cursor = over ? 'ns-resize' : '';
  };

  private readonly take = (event: MouseEvent): void => {
    const level = event.button === 0 ? this.chart.levelAt(this.height(event), REACH) : null;
    if (level === null) return;
    // The chart would move with it.
    event.preventDefault();
    event.stopPropagation();
    this.dragged = level;
    window.addEventListener('mousemove', this.move, { capture: true });
    window.addEventListener('mouseup', this.drop, { capture: true });
    window.addEventListener('keydown', this.giveUp, { capture: true });
  };

  private readonly move = (event: MouseEvent): void => {
    if (this.dragged === null) return;
    event.stopPropagation();
    const price = this.chart.priceAt(this.height(event));
    if (price !== null && price > 0) this.chart.drawLevelAt(this.dragged, price);
  };

  private readonly drop = (event: MouseEvent): void => {
    const index = this.dragged;
    const level = index === null ? undefined : this.chart.level(index);
    const price = this.chart.priceAt(this.height(event));
    event.stopPropagation();
    this.release();
    if (level && level.kind !== 'entry' && price !== null && price > 0) this.onDragged(level.kind, price);
  };

  private readonly giveUp = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.release();
  };

  /** The line goes back: it is moved when the broker has moved the order. */
  private release(): void {
    if (this.dragged !== null) this.chart.drawLevelAt(this.dragged, null);
    this.dragged = null;
    window.removeEventListener('mousemove', this.move, { capture: true });
    window.removeEventListener('mouseup', this.drop, { capture: true });
    window.removeEventListener('keydown', this.giveUp, { capture: true });
  }
}
