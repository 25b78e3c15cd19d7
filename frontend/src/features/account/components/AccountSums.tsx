import { useQuery } from '@tanstack/react-query';
import { ErrorState } from '@/components/common/ErrorState';
import { Tiles, type TileProps } from '@/components/common/Tiles';
import { accountOptions } from '@/features/account/api/account';
import { Decimal, decimalToString } from '@/lib/decimal';
import { formatLocalClock, formatMoney } from '@/lib/format';
import type { Account } from '@/types/domain';

const LABELS = ['Equity', 'Cash', 'Buying power', 'Borrowed', 'Reserved', 'Fees', 'Dividends', 'Interest'];

function sumOf(account: Account, kinds: readonly string[]): string {
  const found = account.money.filter(({ kind }) => kinds.some((each) => kind.startsWith(each)));
  return formatMoney(decimalToString(found.reduce((sum, { amount }) => sum.plus(amount), new Decimal(0))));
}

function tilesOf(account: Account): TileProps[] {
  const read = account.read_at ? `read at ${formatLocalClock(account.read_at)}, your time` : 'not read yet';
  return [
    {
      label: 'Equity',
      value: formatMoney(account.equity),
      detail: `last close ${formatMoney(account.last_equity)}`,
    },
    { label: 'Cash', value: formatMoney(account.cash), detail: read },
    {
      label: 'Buying power',
      value: formatMoney(account.buying_power),
      detail: 'what the broker lends included',
    },
    { label: 'Borrowed', value: formatMoney(account.borrowed), detail: 'what cash is below zero' },
    { label: 'Reserved', value: formatMoney(account.reserved), detail: 'by entries under way' },
    { label: 'Fees', value: sumOf(account, ['FEE', 'CFEE', 'PTC']), detail: 'since this database began' },
    { label: 'Dividends', value: sumOf(account, ['DIV']), detail: 'since this database began' },
    { label: 'Interest', value: sumOf(account, ['INT']), detail: 'since this database began' },
  ];
}

/** The account as the broker last said it, and what moved its money without a trade. */
export function AccountSums() {
  const { data, error, refetch } = useQuery(accountOptions());
  return (
    <Tiles
      label="Account"
      labels={LABELS}
      tiles={data ? tilesOf(data) : null}
      columns={{ gridTemplateColumns: { xs: 'repeat(2, 1fr)', sm: 'repeat(4, 1fr)', xl: 'repeat(8, 1fr)' } }}
      fault={
        error && !data ? (
          <ErrorState title="The account could not be read" error={error} onRetry={() => void refetch()} />
        ) : undefined
      }
    />
  );
}
