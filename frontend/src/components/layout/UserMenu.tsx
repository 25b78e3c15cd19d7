import BalanceIcon from '@mui/icons-material/AccountBalanceOutlined';
import AccountIcon from '@mui/icons-material/AccountCircleOutlined';
import LogoutIcon from '@mui/icons-material/LogoutOutlined';
import { IconButton, ListItemIcon, ListSubheader, Menu, MenuItem, Tooltip } from '@mui/material';
import { enqueueSnackbar } from 'notistack';
import { useId, useState } from 'react';
import { Link } from 'react-router';
import { paths } from '@/app/paths';
import { useLogout } from '@/hooks/queries/session';
import { describeAct } from '@/lib/acts';
import type { Session } from '@/types/domain';
import { ZoneItems } from './ZoneItems';

export function UserMenu({ session }: { session: Session }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const logout = useLogout();
  const menuId = useId();
  const close = () => {
    setAnchor(null);
  };
  return (
    <>
      <Tooltip title={`${session.username} (${session.role})`}>
        <IconButton
          aria-label={`User menu, ${session.username}`}
          aria-haspopup="menu"
          aria-controls={anchor ? menuId : undefined}
          aria-expanded={anchor !== null}
          color="inherit"
          size="small"
          onClick={(event) => {
            setAnchor(event.currentTarget);
          }}
        >
          <AccountIcon fontSize="small" />
        </IconButton>
      </Tooltip>
      <Menu id={menuId} anchorEl={anchor} open={anchor !== null} onClose={close}>
        <ListSubheader role="presentation" sx={{ lineHeight: 1.6, py: 1 }}>
          {session.username} · {session.role}
          <br />
          tradingbot {session.version}
        </ListSubheader>
        <MenuItem component={Link} to={paths.account.href()} onClick={close}>
          <ListItemIcon>
            <BalanceIcon fontSize="small" />
          </ListItemIcon>
          Account and calendar
        </MenuItem>
        <ZoneItems />
        <MenuItem
          disabled={logout.isPending}
          onClick={() => {
            logout.mutate(undefined, {
              onError: (error) => {
                enqueueSnackbar(describeAct(error, 'logOut'), { variant: 'error', persist: true });
              },
            });
            close();
          }}
        >
          <ListItemIcon>
            <LogoutIcon fontSize="small" />
          </ListItemIcon>
          Log out
        </MenuItem>
      </Menu>
    </>
  );
}
