import { Button } from '@mui/material';
import { Link } from 'react-router';
import { paths } from '@/app/paths';
import { EmptyState } from '@/components/common/EmptyState';

export function NotFoundPage() {
  return (
    <>
      <title>Not found · tradingbot</title>
      <EmptyState title="There is no such page" hint="The address may be mistyped, or the page has moved." />
      <Button
        component={Link}
        to={paths.dashboard.href()}
        sx={{ mx: 'auto', display: 'block', width: 'fit-content' }}
      >
        Go to the dashboard
      </Button>
    </>
  );
}
