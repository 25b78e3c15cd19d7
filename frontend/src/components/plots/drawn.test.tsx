import { ThemeProvider } from '@mui/material/styles';
import { render } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { theme } from '@/theme/theme';
import { LinesPlot } from './LinesPlot';
import { StackPlot } from './StackPlot';

const BOX = { ...{ x: 0, y: 0, top: 0, left: 0 }, ...{ width: 600, height: 248, right: 600, bottom: 248 } };

describe('plots over days', () => {
  beforeEach(() => {
    // Nothing has a size in this browser, and what has none is not drawn.
    const rect = { ...BOX, toJSON: () => BOX };
    vi.spyOn(HTMLElement.prototype, 'getBoundingClientRect').mockReturnValue(rect);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('draw a line for each name, which begins with its first value', () => {
    const { container } = render(
      <ThemeProvider theme={theme}>
        <LinesPlot
          names={['A', 'B']}
          days={[
            { date: '2026-11-18', values: [1, null] },
            { date: '2026-11-19', values: [2, -3] },
            { date: '2026-11-20', values: [4, 5] },
          ]}
          label="Two lines"
          format={String}
          formatAxis={String}
        />
      </ThemeProvider>,
    );
    const lines = [...container.querySelectorAll('path.recharts-line-curve')];
    expect(lines.map((line) => (line.getAttribute('d') ?? '').split(/[ML]/).length - 1)).toEqual([3, 2]);
    expect(new Set(lines.map((line) => line.getAttribute('stroke'))).size).toBe(2);
    expect(lines.map((line) => line.getAttribute('stroke-dasharray'))).toEqual(['', '7 4']);
  });

  it('draw a part for each name on the one before', () => {
    const { container } = render(
      <ThemeProvider theme={theme}>
        <StackPlot
          names={['A', 'B']}
          days={[
            { date: '2026-11-19', values: [10, 30] },
            { date: '2026-11-20', values: [20, 0] },
          ]}
          label="Two parts"
        />
      </ThemeProvider>,
    );
    const bars = [...container.querySelectorAll('.recharts-bar-rectangle path')];
    const heights = bars.map((bar) => Number(bar.getAttribute('height')));
    const [a1 = 0, a2 = 0, b1 = 0] = heights;
    expect([a2 / a1, b1 / a1].map(Math.round)).toEqual([2, 3]);
    expect(Number(bars[2]?.getAttribute('y')) + b1).toBeCloseTo(Number(bars[0]?.getAttribute('y')), 0);
  });
});
