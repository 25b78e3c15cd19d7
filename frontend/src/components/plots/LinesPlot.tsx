import { CartesianGrid, Line, LineChart, ReferenceLine, Tooltip, XAxis, YAxis } from 'recharts';
import { formatDate } from '@/lib/format';
import { axisStyle, usePlotColours } from './plotTheme';
import { PlotFrame } from './PlotFrame';
import { PlotTip } from './PlotTip';

export interface LinesDay {
  date: string;
  /** One for each line; null where it has not begun. */
  values: readonly (number | null)[];
}

interface Props {
  days: readonly LinesDay[];
  names: readonly string[];
  label: string;
  /** As a value is said, and as an axis says it. */
  format: (value: number) => string;
  formatAxis: (value: number) => string;
}

/** Besides its colour, each line has its dashes: told apart also by who sees no colours. */
const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [10, 3, 2, 3]];

/** A few lines over the same days. */
export function LinesPlot({ days, names, label, format, formatAxis }: Props) {
  const colours = usePlotColours();
  const axis = axisStyle(colours);
  const lines = names.map((name, index) => ({
    name,
    colour: colours.series[index % colours.series.length] ?? colours.accent,
    dash: DASHES[index % DASHES.length] ?? [],
  }));
  return (
    <PlotFrame label={label} legend={lines}>
      <LineChart
        data={[...days]}
        margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
        accessibilityLayer={false}
      >
        <CartesianGrid stroke={colours.grid} vertical={false} />
        <XAxis dataKey="date" {...axis} tickFormatter={formatDate} minTickGap={28} />
        <YAxis {...axis} axisLine={false} width={58} tickFormatter={formatAxis} />
        <ReferenceLine y={0} stroke={colours.line} ifOverflow="extendDomain" />
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: colours.line }}
          content={({ payload }) => {
            const day = payload[0]?.payload as LinesDay | undefined;
            if (!day) return null;
            const rows = names.flatMap((name, index) => {
              const value = day.values[index];
              return value === null || value === undefined ? [] : [{ name, value: format(value) }];
            });
            return <PlotTip title={formatDate(day.date)} rows={rows} />;
          }}
        />
        {lines.map(({ name, colour, dash }, index) => (
          <Line
            key={name}
            dataKey={(day: LinesDay) => day.values[index] ?? null}
            name={name}
            type="linear"
            isAnimationActive={false}
            stroke={colour}
            strokeWidth={2}
            strokeDasharray={dash.join(' ')}
            // A line of one day would not be seen.
            dot={days.length === 1}
          />
        ))}
      </LineChart>
    </PlotFrame>
  );
}
