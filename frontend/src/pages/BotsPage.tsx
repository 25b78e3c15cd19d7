import { Page } from '@/components/common/Page';

export function BotsPage() {
  return <Page title="Bots">{null}</Page>;
}
