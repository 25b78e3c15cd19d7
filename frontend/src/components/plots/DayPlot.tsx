import {
  Area,
  AreaChart,
  Bar,
  BarChart,
  CartesianGrid,
  ReferenceLine,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { formatCompactMoney, formatDate, formatInteger, formatSignedMoney } from '@/lib/format';
import { axisStyle, gainColour, usePlotColours } from './plotTheme';
import { PlotFrame } from './PlotFrame';
import { signedBar } from './signedBar';
import { PlotTip, type TipRow } from './PlotTip';

export interface DayPoint {
  date: string;
  value: number;
  /** Filled orders of the day, where they are counted. */
  trades?: number;
}

interface Props {
  points: readonly DayPoint[];
  /** Bars stand for themselves, a line adds up. */
  shape: 'bars' | 'line';
  /** What one value is: "P&L". */
  name: string;
  label: string;
  height?: number;
  /** Instead of the sign: drawdown is always a loss. */
  tone?: 'gain' | 'loss' | 'accent';
}

function rowsOf(point: DayPoint, name: string): TipRow[] {
  const trades = point.trades === undefined ? [] : [{ name: 'Trades', value: formatInteger(point.trades) }];
  return [{ name, value: formatSignedMoney(point.value) }, ...trades];
}

/** One value a trading day; a single day is a bar, for a line of one would not be seen. */
export function DayPlot({ points, shape, name, label, height, tone }: Props) {
  const colours = usePlotColours();
  const axis = axisStyle(colours);
  const common = (
    <>
      <CartesianGrid stroke={colours.grid} vertical={false} />
      <XAxis dataKey="date" {...axis} tickFormatter={formatDate} minTickGap={28} />
      <YAxis {...axis} axisLine={false} width={58} tickFormatter={formatCompactMoney} />
      {/* Nothing is always in sight: what is gained and lost is measured from it. */}
      <ReferenceLine y={0} stroke={colours.line} ifOverflow="extendDomain" />
      <Tooltip
        isAnimationActive={false}
        cursor={{ fill: colours.raised, stroke: colours.line }}
        content={({ payload }) => {
          const point = payload[0]?.payload as DayPoint | undefined;
          return point ? <PlotTip title={formatDate(point.date)} rows={rowsOf(point, name)} /> : null;
        }}
      />
    </>
  );
  const last = points.at(-1)?.value ?? 0;
  const colour = tone ? colours[tone] : gainColour(last, colours);
  const data = [...points];
  const margin = { top: 8, right: 8, bottom: 0, left: 0 };
  return (
    <PlotFrame label={label} height={height}>
      {shape === 'bars' || data.length === 1 ? (
        <BarChart data={data} margin={margin} accessibilityLayer={false}>
          {common}
          <Bar
            dataKey="value"
            isAnimationActive={false}
            maxBarSize={36}
            shape={signedBar(colours, 'value')}
          />
        </BarChart>
      ) : (
        <AreaChart data={data} margin={margin} accessibilityLayer={false}>
          {common}
          <Area
            dataKey="value"
            type="linear"
            isAnimationActive={false}
            stroke={colour}
            strokeWidth={2}
            fill={colour}
            fillOpacity={0.14}
            dot={false}
          />
        </AreaChart>
      )}
    </PlotFrame>
  );
}
