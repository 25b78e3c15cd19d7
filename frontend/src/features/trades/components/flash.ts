import { keyframes } from '@mui/material/styles';

const arrive = keyframes`
  from { background-color: color-mix(in srgb, var(--mui-palette-primary-main) 16%, transparent); }
  to { background-color: transparent; }
`;

export function flash(isNew: boolean) {
  return isNew ? { animation: `${arrive} 2.4s ease-out` } : {};
}
