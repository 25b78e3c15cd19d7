import { Bar, BarChart, CartesianGrid, Tooltip, XAxis, YAxis } from 'recharts';
import { formatCompactMoney, formatInteger } from '@/lib/format';
import type { PnlBin } from '@/types/domain';
import { axisStyle, usePlotColours } from './plotTheme';
import { PlotFrame } from './PlotFrame';
import { signedBar } from './signedBar';
import { PlotTip } from './PlotTip';

/** How many sales ended with how much. */
export function BinsPlot({ bins, label }: { bins: readonly PnlBin[]; label: string }) {
  const colours = usePlotColours();
  const axis = axisStyle(colours);
  const data = bins.map((bin) => ({ ...bin, middle: (Number(bin.from) + Number(bin.to)) / 2 }));
  return (
    <PlotFrame label={label}>
      <BarChart data={data} margin={{ top: 8, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid stroke={colours.grid} vertical={false} />
        <XAxis dataKey="middle" {...axis} tickFormatter={formatCompactMoney} minTickGap={20} />
        <YAxis {...axis} axisLine={false} width={34} allowDecimals={false} />
        <Tooltip
          isAnimationActive={false}
          cursor={{ fill: colours.raised }}
          content={({ payload }) => {
            const bin = payload[0]?.payload as PnlBin | undefined;
            return bin ? (
              <PlotTip
                title={`${formatCompactMoney(bin.from)} to ${formatCompactMoney(bin.to)}`}
                rows={[{ name: 'Sells', value: formatInteger(bin.count) }]}
              />
            ) : null;
          }}
        />
        <Bar dataKey="count" isAnimationActive={false} shape={signedBar(colours, 'middle')} />
      </BarChart>
    </PlotFrame>
  );
}
