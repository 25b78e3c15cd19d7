import DarkModeIcon from '@mui/icons-material/DarkModeOutlined';
import LightModeIcon from '@mui/icons-material/LightModeOutlined';
import SystemIcon from '@mui/icons-material/SettingsBrightnessOutlined';
import { IconButton, Tooltip } from '@mui/material';
import { useColorScheme } from '@mui/material/styles';

const NEXT = { system: 'light', light: 'dark', dark: 'system' } as const;
const ICON = { system: SystemIcon, light: LightModeIcon, dark: DarkModeIcon };

export function SchemeToggle() {
  const { mode = 'system', setMode } = useColorScheme();
  const Icon = ICON[mode];
  const label = `Theme: ${mode}. Switch to ${NEXT[mode]}`;
  return (
    <Tooltip title={label}>
      <IconButton
        aria-label={label}
        color="inherit"
        size="small"
        onClick={() => {
          setMode(NEXT[mode]);
        }}
      >
        <Icon fontSize="small" />
      </IconButton>
    </Tooltip>
  );
}
