import { Alert, Box, ButtonBase, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { templatesOptions } from '@/features/bots/api/templates';
import { describeError } from '@/lib/errors';
import { FormSection } from './FormSection';
import { useBotForm } from './formContext';
import { TemplateMenu } from './TemplateMenu';

interface CardProps {
  name: string;
  description: string;
  /** Why no bot can begin from it. */
  problems?: readonly string[];
  onPick: () => void;
  children?: ReactNode;
}

function TemplateCard({ name, description, problems = [], onPick, children }: CardProps) {
  const isWrong = problems.length > 0;
  return (
    <Box component="li" sx={{ position: 'relative', display: 'grid' }}>
      <ButtonBase
        aria-label={`Begin from ${name}`}
        aria-disabled={isWrong || undefined}
        onClick={isWrong ? undefined : onPick}
        sx={{
          display: 'block',
          textAlign: 'left',
          overflowWrap: 'anywhere',
          p: 1.25,
          pr: children ? 4.5 : 1.25,
          border: 1,
          borderColor: 'divider',
          borderRadius: 1,
          '&:hover': { borderColor: isWrong ? 'divider' : 'primary.main' },
          '&.Mui-focusVisible': { outline: '2px solid', outlineColor: 'primary.main', outlineOffset: 1 },
          '&[aria-disabled="true"]': { cursor: 'not-allowed' },
        }}
      >
        <Typography variant="h3" component="span" sx={{ display: 'block' }}>
          {name}
        </Typography>
        <Typography variant="caption" color="textSecondary" component="span">
          {description}
        </Typography>
        {isWrong && (
          <Typography variant="caption" color="error" component="span" sx={{ display: 'block' }}>
            {`Not right in this version: ${problems.join('; ')}`}
          </Typography>
        )}
      </ButtonBase>
      {children}
    </Box>
  );
}

/** Whole bots to begin from, built-in and kept by people; the name and the symbols stay as they were typed. */
export function TemplatePicker({ onPick }: { onPick: (config: Record<string, unknown>) => void }) {
  const { schema } = useBotForm();
  const kept = useQuery(templatesOptions());
  const templates = kept.data?.results ?? [];
  if (schema.templates.length + templates.length === 0 && !kept.error) return null;
  return (
    <FormSection title="Begin from" hint="A template fills in everything but the name and the symbols.">
      {kept.error && (
        <Alert severity="warning" variant="outlined">
          {`The templates that were saved could not be read: ${describeError(kept.error)}`}
        </Alert>
      )}
      <Box
        component="ul"
        aria-label="Templates"
        sx={{
          listStyle: 'none',
          m: 0,
          p: 0,
          display: 'grid',
          gap: 1,
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: 'repeat(auto-fill, minmax(200px, 1fr))' },
        }}
      >
        {schema.templates.map(({ name, description, config }) => (
          <TemplateCard
            key={`built-in ${name}`}
            name={name}
            description={description}
            onPick={() => {
              onPick(config);
            }}
          />
        ))}
        {templates.map((template) => (
          <TemplateCard
            key={template.id}
            name={template.name}
            description={template.description || `Saved by ${template.by || 'somebody'}`}
            problems={template.problems}
            onPick={() => {
              onPick(template.config);
            }}
          >
            <TemplateMenu template={template} />
          </TemplateCard>
        ))}
      </Box>
    </FormSection>
  );
}
