import { ButtonBase } from '@mui/material';

interface Props {
  symbol: string;
  /** What it opens, in words. */
  label: string;
  onPress: () => void;
}

/** A symbol in a row that leads to more about that row. */
export function SymbolLink({ symbol, label, onPress }: Props) {
  return (
    <ButtonBase
      aria-label={label}
      onClick={onPress}
      sx={{
        font: 'inherit',
        fontWeight: 650,
        minHeight: 24,
        borderRadius: 0.5,
        textDecoration: 'underline',
        textDecorationColor: 'color-mix(in srgb, currentColor 30%, transparent)',
        textUnderlineOffset: 3,
        '&:hover': { color: 'primary.main' },
        '&.Mui-focusVisible': { outline: '2px solid', outlineColor: 'primary.main' },
      }}
    >
      {symbol}
    </ButtonBase>
  );
}
