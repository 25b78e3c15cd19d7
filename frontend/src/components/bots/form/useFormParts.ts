import { useQuery } from '@tanstack/react-query';
import { botSchemaOptions } from '@/hooks/queries/bots';
import { indicatorsOptions } from '@/hooks/queries/catalogue';

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
