import CheckIcon from '@mui/icons-material/CheckOutlined';
import { ListItemIcon, ListItemText, ListSubheader, MenuItem } from '@mui/material';
import { chooseZone, zone, ZONES, type Zone } from '@/lib/zone';

const WORDS: Record<Zone, string> = {
  'new-york': 'New York (ET)',
  local: 'This computer (local)',
  utc: 'UTC',
};

/** In which zone times of day are shown, on every page and chart. */
export function ZoneItems() {
  return (
    <>
      <ListSubheader role="presentation" sx={{ lineHeight: 1.6, pt: 1 }}>
        Times of day in
      </ListSubheader>
      {ZONES.map((each) => (
        <MenuItem
          key={each}
          role="menuitemradio"
          aria-checked={each === zone}
          onClick={() => {
            if (each !== zone) chooseZone(each);
          }}
        >
          <ListItemIcon>{each === zone && <CheckIcon fontSize="small" />}</ListItemIcon>
          <ListItemText>{WORDS[each]}</ListItemText>
        </MenuItem>
      ))}
    </>
  );
}
