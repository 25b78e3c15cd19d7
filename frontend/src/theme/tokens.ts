export type Scheme = 'light' | 'dark';

/** Colours that mean something here: shared by the MUI theme and the canvas charts, which cannot read it. */
export interface Tokens {
  background: string;
  surface: string;
  raised: string;
  line: string;
  text: string;
  muted: string;
  accent: string;
  onAccent: string;
  gain: string;
  loss: string;
  caution: string;
  info: string;
  grid: string;
  series: readonly string[];
}

export const tokens: Record<Scheme, Tokens> = {
  light: {
    background: '#eef1f5',
    surface: '#ffffff',
    raised: '#f6f8fa',
    line: '#dbe1e8',
    text: '#111a26',
    muted: '#566375',
    accent: '#1b5ac9',
    onAccent: '#ffffff',
    gain: '#0a7550',
    loss: '#c22843',
    caution: '#8f5600',
    info: '#1b5ac9',
    grid: '#eef1f5',
    series: ['#1b5ac9', '#b25b00', '#7a3fc0', '#00797d', '#a8327c', '#5a6b00'],
  },
  dark: {
    background: '#090d13',
    surface: '#10161f',
    raised: '#161e29',
    line: '#232d3a',
    text: '#e4eaf2',
    muted: '#93a2b6',
    accent: '#74adff',
    onAccent: '#06152b',
    gain: '#34c98e',
    loss: '#fb7389',
    caution: '#f0b14a',
    info: '#74adff',
    grid: '#18212c',
    series: ['#74adff', '#f0a04b', '#b994ff', '#4fd1c5', '#f386c1', '#c3cf5a'],
  },
};
