import { createTheme } from '@mui/material/styles';
import { tokens, type Scheme } from './tokens';

declare module '@mui/material/styles' {
  interface CssThemeVariables {
    enabled: true;
  }
  interface Palette {
    gain: string;
    loss: string;
    raised: string;
  }
  interface PaletteOptions {
    gain?: string;
    loss?: string;
    raised?: string;
  }
}

function palette(scheme: Scheme) {
  const t = tokens[scheme];
  const onColour = scheme === 'light' ? '#ffffff' : t.onAccent;
  const colour = (main: string) => ({ main, light: main, dark: main, contrastText: onColour });
  return {
    contrastThreshold: 4.5,
    primary: colour(t.accent),
    secondary: colour(t.muted),
    success: colour(t.gain),
    error: colour(t.loss),
    warning: colour(t.caution),
    info: colour(t.info),
    background: { default: t.background, paper: t.surface },
    text: { primary: t.text, secondary: t.muted },
    divider: t.line,
    gain: t.gain,
    loss: t.loss,
    raised: t.raised,
  };
}

const FONT = [
  'Inter',
  '"SF Pro Text"',
  'system-ui',
  '-apple-system',
  '"Segoe UI"',
  'Roboto',
  '"Helvetica Neue"',
  'Arial',
  'sans-serif',
].join(',');

export const theme = createTheme({
  cssVariables: { colorSchemeSelector: 'data-scheme' },
  colorSchemes: { light: { palette: palette('light') }, dark: { palette: palette('dark') } },
  shape: { borderRadius: 6 },
  spacing: 8,
  typography: {
    fontFamily: FONT,
    fontSize: 13,
    htmlFontSize: 16,
    h1: { fontSize: '1.375rem', fontWeight: 650, letterSpacing: '-0.015em' },
    h2: { fontSize: '0.875rem', fontWeight: 650, letterSpacing: '-0.005em' },
    h3: { fontSize: '0.8125rem', fontWeight: 650 },
    body1: { fontSize: '0.875rem', lineHeight: 1.45 },
    body2: { fontSize: '0.8125rem', lineHeight: 1.45 },
    caption: { fontSize: '0.75rem', lineHeight: 1.4 },
    overline: {
      fontSize: '0.6875rem',
      fontWeight: 600,
      letterSpacing: '0.05em',
      lineHeight: 1.4,
      textTransform: 'uppercase',
    },
    button: { fontSize: '0.8125rem', fontWeight: 600, textTransform: 'none' },
  },
  components: {
    MuiCssBaseline: {
      styleOverrides: {
        html: { WebkitTextSizeAdjust: '100%' },
        body: { fontVariantNumeric: 'tabular-nums', overflowX: 'hidden' },
        '@media (prefers-reduced-motion: reduce)': {
          '*, *::before, *::after': {
            animationDuration: '0.01ms !important',
            animationIterationCount: '1 !important',
            transitionDuration: '0.01ms !important',
          },
        },
      },
    },
    MuiButtonBase: {
      defaultProps: { disableRipple: true },
      styleOverrides: { root: { fontFamily: FONT, fontVariantNumeric: 'inherit' } },
    },
    MuiButton: {
      defaultProps: { size: 'small', disableElevation: true },
      styleOverrides: {
        root: ({ theme: t }) => ({
          borderRadius: 6,
          minHeight: 30,
          minWidth: 0,
          '&.Mui-focusVisible': { outline: `2px solid ${t.vars.palette.primary.main}`, outlineOffset: 2 },
        }),
        outlined: ({ theme: t }) => ({
          borderColor: t.vars.palette.divider,
          '&:hover': { borderColor: 'currentColor' },
        }),
      },
    },
    MuiIconButton: {
      styleOverrides: {
        root: ({ theme: t }) => ({
          borderRadius: 6,
          '&.Mui-focusVisible': { outline: `2px solid ${t.vars.palette.primary.main}`, outlineOffset: 1 },
        }),
      },
    },
    MuiPaper: { defaultProps: { elevation: 0 }, styleOverrides: { root: { backgroundImage: 'none' } } },
    MuiDialog: {
      styleOverrides: {
        paper: ({ theme: t }) => ({ border: `1px solid ${t.vars.palette.divider}`, borderRadius: 10 }),
      },
    },
    MuiDialogTitle: { styleOverrides: { root: { fontSize: '1rem', fontWeight: 650 } } },
    MuiDialogActions: { styleOverrides: { root: { padding: '8px 24px 20px' } } },
    MuiMenu: {
      styleOverrides: { paper: ({ theme: t }) => ({ border: `1px solid ${t.vars.palette.divider}` }) },
    },
    MuiTableCell: {
      styleOverrides: {
        root: ({ theme: t }) => ({
          padding: '5px 10px',
          fontSize: '0.8125rem',
          lineHeight: 1.4,
          whiteSpace: 'nowrap',
          borderBottomColor: t.vars.palette.divider,
        }),
        head: ({ theme: t }) => ({
          color: t.vars.palette.text.secondary,
          fontSize: '0.75rem',
          fontWeight: 500,
          backgroundColor: t.vars.palette.background.paper,
        }),
      },
    },
    MuiTooltip: {
      defaultProps: { arrow: true, enterDelay: 400 },
      styleOverrides: {
        tooltip: { fontSize: '0.75rem', fontWeight: 500, backgroundColor: '#26313f', color: '#f3f6fa' },
        arrow: { color: '#26313f' },
      },
    },
    MuiOutlinedInput: {
      styleOverrides: {
        notchedOutline: ({ theme: t }) => ({ borderColor: t.vars.palette.divider }),
      },
    },
    MuiToggleButton: {
      styleOverrides: {
        root: ({ theme: t }) => ({
          color: t.vars.palette.text.secondary,
          borderColor: t.vars.palette.divider,
          backgroundColor: t.vars.palette.background.paper,
          '&.Mui-selected': { color: t.vars.palette.text.primary },
          '&.Mui-focusVisible': { outline: `2px solid ${t.vars.palette.primary.main}`, outlineOffset: 1 },
        }),
      },
    },
    MuiSkeleton: { defaultProps: { animation: 'wave' } },
  },
});
