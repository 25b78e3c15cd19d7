import { Page } from '@/components/common/Page';

export function CreateBotPage() {
  return <Page title="CreateBot">{null}</Page>;
}
