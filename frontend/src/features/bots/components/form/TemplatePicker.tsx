import { Box, ButtonBase, Typography } from '@mui/material';
import { FormSection } from './FormSection';
import { useBotForm } from './formContext';

/** Whole bots to begin from; the name and the symbols stay as they were typed. */
export function TemplatePicker({ onPick }: { onPick: (config: Record<string, unknown>) => void }) {
  const { schema } = useBotForm();
  if (schema.templates.length === 0) return null;
  return (
    <FormSection title="Begin from" hint="A template fills in everything but the name and the symbols.">
      <Box
        sx={{
          display: 'grid',
          gap: 1,
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: 'repeat(auto-fill, minmax(200px, 1fr))' },
        }}
      >
        {schema.templates.map(({ name, description, config }) => (
          <ButtonBase
            key={name}
            aria-label={`Begin from ${name}`}
            onClick={() => {
              onPick(config);
            }}
            sx={{
              display: 'block',
              textAlign: 'left',
              p: 1.25,
              border: 1,
              borderColor: 'divider',
              borderRadius: 1,
              '&:hover': { borderColor: 'primary.main' },
              '&.Mui-focusVisible': { outline: '2px solid', outlineColor: 'primary.main', outlineOffset: 1 },
            }}
          >
            <Typography variant="h3" component="span" sx={{ display: 'block' }}>
              {name}
            </Typography>
            <Typography variant="caption" color="textSecondary" component="span">
              {description}
            </Typography>
          </ButtonBase>
        ))}
      </Box>
    </FormSection>
  );
}
