import { Area, AreaChart, CartesianGrid, Line, LineChart, Tooltip, XAxis, YAxis } from 'recharts';
import { Panel } from '@/components/common/Panel';
import { axisStyle, usePlotColours } from '@/components/plots/plotTheme';
import { PlotFrame } from '@/components/plots/PlotFrame';
import { PlotTip } from '@/components/plots/PlotTip';
import {
  formatCompactMoney,
  formatDate,
  formatDay,
  formatHourMinute,
  formatMoney,
  formatSignedMoney,
  marketDate,
} from '@/lib/format';
import { zoneLabel } from '@/lib/zone';
import type { BacktestPoint, BacktestReport } from '@/types/domain';

interface Drawn {
  at: string;
  equity: number;
  hold: number;
  spy: number | null;
  fall: number;
}

function drawn(point: BacktestPoint): Drawn {
  return {
    at: point.at,
    equity: Number(point.equity),
    hold: Number(point.buy_and_hold),
    spy: point.spy === null ? null : Number(point.spy),
    fall: -Number(point.drawdown),
  };
}

/** A label where a day begins; within a single day, where there is room. */
function timesOf(data: readonly Drawn[]) {
  const begins = data.filter(({ at }, place) => marketDate(at) !== marketDate(data[place - 1]?.at ?? 0));
  return begins.length === 1
    ? { minTickGap: 48, tickFormatter: formatHourMinute }
    : {
        minTickGap: 24,
        tickFormatter: (at: string) => formatDate(marketDate(at)),
        ticks: begins.map(({ at }) => at),
      };
}

const when = (at: string) => `${formatDay(at)} ${formatHourMinute(at)} ${zoneLabel()}`;
const MARGIN = { top: 8, right: 8, bottom: 0, left: 0 };

/** What the bot was worth beside what doing nothing would have been worth, and how far it fell. */
export function BacktestPlots({ report }: { report: BacktestReport }) {
  const colours = usePlotColours();
  const axis = axisStyle(colours);
  const data = report.equity.map(drawn);
  const times = timesOf(data);
  const hasSpy = data[0] !== undefined && data[0].spy !== null;
  const lines = [
    { key: 'equity', name: report.config.name ?? 'The bot', colour: colours.accent, width: 2 },
    { key: 'hold', name: 'Buy and hold', colour: colours.muted, width: 1.25 },
    ...(hasSpy ? [{ key: 'spy', name: 'SPY', colour: colours.caution, width: 1.25 }] : []),
  ] as const;
  const end = data.at(-1);
  const span = `${report.from} to ${report.to}`;
  return (
    <>
      <Panel
        title="Equity"
        note={lines.map(({ key, name, colour }) => (
          <span key={key} style={{ fontSize: '0.75rem', color: colour, fontWeight: 600 }}>
            ▬ {name}
          </span>
        ))}
      >
        <PlotFrame label={`Equity, ${span}: ${formatMoney(end?.equity)} at the end`} height={280}>
          <LineChart data={data} margin={MARGIN} accessibilityLayer={false}>
            <CartesianGrid stroke={colours.grid} vertical={false} />
            <XAxis dataKey="at" {...axis} {...times} />
            <YAxis
              {...axis}
              axisLine={false}
              width={64}
              domain={['auto', 'auto']}
              tickFormatter={formatCompactMoney}
            />
            <Tooltip
              isAnimationActive={false}
              content={({ payload }) => {
                const point = payload[0]?.payload as Drawn | undefined;
                if (!point) return null;
                const rows = lines.map(({ key, name }) => ({
                  name,
                  value: formatMoney(point[key as keyof Drawn]),
                }));
                return <PlotTip title={when(point.at)} rows={rows} />;
              }}
            />
            {lines.map(({ key, colour, width }) => (
              <Line
                key={key}
                dataKey={key}
                type="linear"
                dot={false}
                isAnimationActive={false}
                stroke={colour}
                strokeWidth={width}
              />
            ))}
          </LineChart>
        </PlotFrame>
      </Panel>
      <Panel title="Drawdown">
        <PlotFrame
          label={`Drawdown, ${span}: ${formatMoney(report.metrics.max_drawdown)} at most`}
          height={160}
        >
          <AreaChart data={data} margin={MARGIN} accessibilityLayer={false}>
            <CartesianGrid stroke={colours.grid} vertical={false} />
            <XAxis dataKey="at" {...axis} {...times} />
            <YAxis {...axis} axisLine={false} width={64} tickFormatter={formatCompactMoney} />
            <Tooltip
              isAnimationActive={false}
              content={({ payload }) => {
                const point = payload[0]?.payload as Drawn | undefined;
                return point ? (
                  <PlotTip
                    title={when(point.at)}
                    rows={[{ name: 'Below the peak', value: formatSignedMoney(point.fall) }]}
                  />
                ) : null;
              }}
            />
            <Area
              dataKey="fall"
              type="linear"
              isAnimationActive={false}
              stroke={colours.loss}
              fill={colours.loss}
              fillOpacity={0.16}
              dot={false}
            />
          </AreaChart>
        </PlotFrame>
      </Panel>
    </>
  );
}
