import { Page } from '@/components/common/Page';

export function PositionsPage() {
  return <Page title="Positions">{null}</Page>;
}
