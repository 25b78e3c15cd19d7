import { ColorType, CrosshairMode, type ChartOptions, type DeepPartial } from 'lightweight-charts';
import type { Tokens } from '@/theme/tokens';

/** The canvas cannot read the page's theme: every colour it uses is given here. */
export function chartTheme(colours: Tokens): DeepPartial<ChartOptions> {
  return {
    layout: {
      background: { type: ColorType.Solid, color: colours.surface },
      textColor: colours.muted,
      fontSize: 11,
      fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif',
      panes: { separatorColor: colours.line, separatorHoverColor: `${colours.accent}33`, enableResize: true },
    },
    grid: { vertLines: { color: colours.grid }, horzLines: { color: colours.grid } },
    rightPriceScale: { borderColor: colours.line },
    timeScale: { borderColor: colours.line },
    crosshair: {
      mode: CrosshairMode.Normal,
      vertLine: { color: colours.muted, labelBackgroundColor: '#3a4757' },
      horzLine: { color: colours.muted, labelBackgroundColor: '#3a4757' },
    },
  };
}

export function candleTheme(colours: Tokens) {
  return {
    upColor: colours.gain,
    downColor: colours.loss,
    wickUpColor: colours.gain,
    wickDownColor: colours.loss,
    borderVisible: false,
  };
}
