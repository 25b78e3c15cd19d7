import { Bar, BarChart, CartesianGrid, Tooltip, XAxis, YAxis } from 'recharts';
import { formatCompactMoney, formatDate, formatMoney } from '@/lib/format';
import { axisStyle, partColours, usePlotColours } from './plotTheme';
import { PlotFrame } from './PlotFrame';
import { PlotTip } from './PlotTip';

export interface StackDay {
  date: string;
  /** One for each part, none of them negative; dollars. */
  values: readonly number[];
}

interface Props {
  days: readonly StackDay[];
  names: readonly string[];
  label: string;
  /** The last part stands for whatever is not named. */
  hasRest?: boolean;
}

/** What a day's sum is made of: one bar a day, its parts on each other, the first at the bottom. */
export function StackPlot({ days, names, label, hasRest = false }: Props) {
  const colours = usePlotColours();
  const axis = axisStyle(colours);
  const shades = partColours(names.length, colours, hasRest);
  const parts = names.map((name, index) => ({ name, colour: shades[index] ?? colours.muted }));
  return (
    <PlotFrame label={label} legend={parts}>
      <BarChart data={[...days]} margin={{ top: 8, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid stroke={colours.grid} vertical={false} />
        <XAxis dataKey="date" {...axis} tickFormatter={formatDate} minTickGap={28} />
        <YAxis {...axis} axisLine={false} width={58} tickFormatter={formatCompactMoney} />
        <Tooltip
          isAnimationActive={false}
          cursor={{ fill: colours.raised }}
          content={({ payload }) => {
            const day = payload[0]?.payload as StackDay | undefined;
            if (!day) return null;
            const total = day.values.reduce((sum, value) => sum + value, 0);
            const held = names
              .map((name, index) => ({ name, value: day.values[index] ?? 0 }))
              .filter(({ value }) => value > 0)
              // As they stand on each other.
              .reverse();
            const rows = [...held, { name: 'Total', value: total }];
            return (
              <PlotTip
                title={formatDate(day.date)}
                rows={rows.map(({ name, value }) => ({ name, value: formatMoney(value) }))}
              />
            );
          }}
        />
        {parts.map(({ name, colour }, index) => (
          <Bar
            key={name}
            dataKey={(day: StackDay) => day.values[index] ?? 0}
            name={name}
            stackId="all"
            isAnimationActive={false}
            maxBarSize={36}
            fill={colour}
          />
        ))}
      </BarChart>
    </PlotFrame>
  );
}
