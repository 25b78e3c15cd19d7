import { useMediaQuery } from '@mui/material';
import { useTheme } from '@mui/material/styles';

/** Cards instead of tables, dialogs over the whole screen. */
export function useIsPhone(): boolean {
  return useMediaQuery(useTheme().breakpoints.down('md'));
}
