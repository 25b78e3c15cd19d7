import { Box } from '@mui/material';
import {
  formatCompact,
  formatDate,
  formatDay,
  formatHourMinute,
  formatPrice,
  formatSignedPercent,
  marketDate,
} from '@/lib/format';
import { zoneLabel } from '@/lib/zone';
import type { Timeframe } from '@/types/domain';
import type { ChartReading } from './PriceChart';

interface Props {
  reading: ChartReading | null;
  timeframe: Timeframe;
}

function Pair({ name, children }: { name: string; children: string }) {
  return (
    <Box component="span" sx={{ whiteSpace: 'nowrap' }}>
      <Box component="span" sx={{ color: 'text.secondary', mr: 0.5 }}>
        {name}
      </Box>
      {children}
    </Box>
  );
}

function valueOf(value: number | null): string {
  return value !== null && Math.abs(value) >= 100_000 ? formatCompact(value) : formatPrice(value);
}

/** What the chart shows, in words: under the crosshair, or now. */
export function ChartLegend({ reading, timeframe }: Props) {
  const isUp = reading !== null && reading.close >= reading.open;
  return (
    <Box
      data-testid="chart-legend"
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        columnGap: 1.5,
        rowGap: 0.25,
        px: 1.5,
        pb: 0.75,
        minHeight: 24,
        fontSize: '0.75rem',
      }}
    >
      {reading && (
        <>
          <Pair name={zoneLabel()}>
            {timeframe === '1Day'
              ? formatDate(marketDate(reading.at))
              : `${formatDay(reading.at)} ${formatHourMinute(reading.at)}`}
          </Pair>
          <Pair name="O">{formatPrice(reading.open)}</Pair>
          <Pair name="H">{formatPrice(reading.high)}</Pair>
          <Pair name="L">{formatPrice(reading.low)}</Pair>
          <Pair name="C">{formatPrice(reading.close)}</Pair>
          <Box component="span" sx={{ color: isUp ? 'gain' : 'loss' }}>
            {formatSignedPercent(reading.close / reading.open - 1)}
          </Box>
          <Pair name="V">{formatCompact(reading.volume)}</Pair>
          {reading.indicators.map(({ label, colour, value }, index) => (
            <Box component="span" key={`${index}-${label}`} sx={{ whiteSpace: 'nowrap' }}>
              <Box
                component="span"
                aria-hidden
                sx={{
                  display: 'inline-block',
                  width: 8,
                  height: 3,
                  borderRadius: 1,
                  mr: 0.5,
                  mb: '3px',
                  bgcolor: colour,
                }}
              />
              <Box component="span" sx={{ color: 'text.secondary', mr: 0.5 }}>
                {label}
              </Box>
              {valueOf(value)}
            </Box>
          ))}
        </>
      )}
    </Box>
  );
}
