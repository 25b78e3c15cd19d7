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

/** Half of each; both as #rrggbb. A picture that is saved cannot read what only a style sheet mixes. */
function between(one: string, other: string): string {
  const parts = [1, 3, 5].map((at) => {
    const sum = parseInt(one.slice(at, at + 2), 16) + parseInt(other.slice(at, at + 2), 16);
    return Math.round(sum / 2)
      .toString(16)
      .padStart(2, '0');
  });
  return `#${parts.join('')}`;
}

/** Colours for so many parts of a whole, each once up to twice the series; the rest, where there is one, has none of them. */
export function partColours(count: number, colours: Tokens, hasRest: boolean): string[] {
  const stronger = colours.series.map((colour) => between(colour, colours.text));
  const all = [...colours.series, ...stronger];
  return Array.from({ length: count }, (_, index) =>
    hasRest && index === count - 1 ? colours.muted : (all[index % all.length] ?? colours.accent),
  );
}
