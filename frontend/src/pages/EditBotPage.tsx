import { Page } from '@/components/common/Page';

export function EditBotPage() {
  return <Page title="EditBot">{null}</Page>;
}
