import { Bar, BarChart, ReferenceLine, Tooltip, XAxis, YAxis } from 'recharts';
import { formatCompactMoney, formatInteger, formatSignedMoney } from '@/lib/format';
import { axisStyle, usePlotColours } from './plotTheme';
import { PlotFrame } from './PlotFrame';
import { signedBar } from './signedBar';
import { PlotTip } from './PlotTip';

export interface RankPoint {
  name: string;
  value: number;
  trades: number;
}

const ROW = 26;
const LONGEST_NAME = 14;

/** On one line: a space would break it in two. */
function shorten(name: string): string {
  const short = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
  return short.replaceAll(' ', '\u00a0');
}

/** Bots or symbols beside each other, by what they made. */
export function RankPlot({ points, label }: { points: readonly RankPoint[]; label: string }) {
  const colours = usePlotColours();
  const axis = axisStyle(colours);
  const data = [...points];
  return (
    <PlotFrame label={label} height={Math.max(120, data.length * ROW + 40)}>
      <BarChart
        data={data}
        layout="vertical"
        margin={{ top: 4, right: 16, bottom: 0, left: 0 }}
        accessibilityLayer={false}
      >
        <XAxis type="number" {...axis} tickFormatter={formatCompactMoney} />
        <YAxis
          type="category"
          dataKey="name"
          {...axis}
          axisLine={false}
          width={104}
          interval={0}
          tickFormatter={shorten}
        />
        <ReferenceLine x={0} stroke={colours.line} />
        <Tooltip
          isAnimationActive={false}
          cursor={{ fill: colours.raised }}
          content={({ payload }) => {
            const point = payload[0]?.payload as RankPoint | undefined;
            return point ? (
              <PlotTip
                title={point.name}
                rows={[
                  { name: 'P&L', value: formatSignedMoney(point.value) },
                  { name: 'Trades', value: formatInteger(point.trades) },
                ]}
              />
            ) : null;
          }}
        />
        <Bar dataKey="value" isAnimationActive={false} maxBarSize={18} shape={signedBar(colours, 'value')} />
      </BarChart>
    </PlotFrame>
  );
}
