import { Page } from '@/components/common/Page';

export function TradesPage() {
  return <Page title="Trades">{null}</Page>;
}
