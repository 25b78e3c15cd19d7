import { Box } from '@mui/material';
import { Page } from '@/components/common/Page';
import { AccountEquity } from '@/features/account/components/AccountEquity';
import { AccountSums } from '@/features/account/components/AccountSums';
import { Activities } from '@/features/account/components/Activities';
import { Calendar } from '@/features/account/components/Calendar';

/** The brokerage account as a whole, and the days on which it can trade. */
export function AccountPage() {
  return (
    <Page title="Account">
      <AccountSums />
      <AccountEquity />
      <Box
        sx={{
          display: 'grid',
          gap: { xs: 1, md: 1.5 },
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 2fr) minmax(0, 1fr)' },
          alignItems: 'start',
        }}
      >
        <Activities />
        <Calendar />
      </Box>
    </Page>
  );
}
