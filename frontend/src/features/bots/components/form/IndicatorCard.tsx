import DeleteIcon from '@mui/icons-material/DeleteOutlined';
import { Box, IconButton, Tooltip, Typography } from '@mui/material';
import { useId } from 'react';
import { useWatch } from 'react-hook-form';
import { CustomIndicator } from './CustomIndicator';
import type { BotDraft } from './draft';
import { FieldGrid } from './FieldGrid';
import { useBotForm } from './formContext';
import { indicatorKey, isCustom, kindOf } from './indicatorDraft';
import { IndicatorText } from './IndicatorText';
import { ParameterInput } from './ParameterInput';

interface Props {
  index: number;
  onRemove: () => void;
}

export function IndicatorCard({ index, onRemove }: Props) {
  const { catalogue, readOnly } = useBotForm();
  const draft = useWatch<BotDraft, `indicators.${number}`>({ name: `indicators.${index}` });
  const headingId = useId();
  const kind = kindOf(draft.name, catalogue);
  const custom = isCustom(draft, catalogue);
  const properties = kind?.parameters.properties ?? {};
  // Also what a pasted configuration gave and the indicator does not know: it must be seen to be removed.
  const names = [...new Set([...Object.keys(properties), ...Object.keys(draft.params)])];
  return (
    <Box
      role="group"
      aria-labelledby={headingId}
      data-testid="indicator"
      sx={{
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        p: 1.5,
        display: 'grid',
        gap: 1.5,
        gridTemplateColumns: 'minmax(0, 1fr)',
      }}
    >
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'flex-start' }}>
        <Box sx={{ minWidth: 0 }}>
          <Typography id={headingId} variant="h3" component="h3" sx={{ overflowWrap: 'anywhere' }}>
            {custom ? `Custom: ${indicatorKey(draft)}` : `${indicatorKey(draft)} · ${kind?.title ?? ''}`}
          </Typography>
          <Typography variant="body2" color="textSecondary">
            {custom ? catalogue.custom.help : kind?.help}
            {kind && !kind.votes && ' It never votes: it only forbids entries.'}
          </Typography>
        </Box>
        {readOnly === null && (
          <Tooltip title="Remove">
            <IconButton
              size="small"
              aria-label={`Remove ${indicatorKey(draft)}`}
              onClick={onRemove}
              sx={{ ml: 'auto', flex: 'none' }}
            >
              <DeleteIcon fontSize="small" />
            </IconButton>
          </Tooltip>
        )}
      </Box>
      {custom ? (
        <CustomIndicator index={index} />
      ) : (
        <FieldGrid>
          {names.map((name) => (
            <ParameterInput key={name} index={index} name={name} property={properties[name]} />
          ))}
          <IndicatorText
            name={`indicators.${index}.label`}
            label="Label"
            help={`Tells it from another ${draft.name}`}
          />
        </FieldGrid>
      )}
    </Box>
  );
}
