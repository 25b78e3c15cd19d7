import { useColorScheme } from '@mui/material/styles';
import { tokens, type Tokens } from '@/theme/tokens';

/** Colours for drawings: SVG attributes cannot read the theme's variables everywhere. */
export function usePlotColours(): Tokens {
  const { colorScheme } = useColorScheme();
  return tokens[colorScheme === 'dark' ? 'dark' : 'light'];
}

/** What every axis looks like. */
export function axisStyle(colours: Tokens) {
  return {
    tick: { fill: colours.muted, fontSize: 11 },
    stroke: colours.line,
    tickLine: false,
  } as const;
}

/** The stronger, the more of the most it is; `least` and `strongest` are per cent of the colour in what it stands on. */
export function heatColour(
  value: number,
  most: number,
  colours: Tokens,
  [least, strongest]: readonly [number, number],
): string {
  if (value === 0 || most === 0) return colours.raised;
  const strength = Math.round(least + ((strongest - least) * Math.abs(value)) / most);
  return `color-mix(in srgb, ${gainColour(value, colours)} ${strength}%, ${colours.surface})`;
}

/** Gained or lost: nothing of it is neither. */
export function gainColour(value: number, colours: Tokens): string {
  return value < 0 ? colours.loss : value > 0 ? colours.gain : colours.muted;
}
