import { useQuery } from '@tanstack/react-query';
import { botSchemaOptions } from '@/features/bots/api/bots';
import { indicatorsOptions } from '@/features/bots/api/catalogue';

/** What the form is made of: the table of settings, and the catalogue of indicators. */
export function useFormParts() {
  const schema = useQuery(botSchemaOptions());
  const catalogue = useQuery(indicatorsOptions());
  return {
    schema: schema.data,
    catalogue: catalogue.data,
    error: schema.error ?? catalogue.error,
    retry: () => {
      if (schema.error) void schema.refetch();
      if (catalogue.error) void catalogue.refetch();
    },
  };
}
