import { Page } from '@/components/common/Page';

export function AnalyticsPage() {
  return <Page title="Analytics">{null}</Page>;
}
