import HaltIcon from '@mui/icons-material/PanToolOutlined';
import { Button, Tooltip } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ActionButton } from '@/components/common/ActionButton';
import { haltOf, haltsOptions } from '@/features/halts/api/halts';
import { useActionBlock } from '@/hooks/useSession';
import { HaltDialog } from './HaltDialog';

const LABEL = 'Halt all entries';

/** Stops every bot from buying. In the bar it is short, to be within reach on every page. */
export function HaltAllButton({ compact = false }: { compact?: boolean }) {
  const { data } = useQuery(haltsOptions());
  const [isAsking, setAsking] = useState(false);
  const actionBlock = useActionBlock();
  const block = haltOf(data?.results, null) ? 'All entries are halted already' : actionBlock;
  const ask = () => {
    if (!block) setAsking(true);
  };
  return (
    <>
      {compact ? (
        <Tooltip title={block ?? LABEL} describeChild={block !== null}>
          <Button
            aria-label={LABEL}
            aria-disabled={block !== null || undefined}
            color="inherit"
            size="small"
            startIcon={<HaltIcon fontSize="small" />}
            onClick={ask}
            sx={{
              minWidth: 0,
              px: 0.75,
              '& .MuiButton-startIcon': { mr: 0.5 },
              '&[aria-disabled="true"]': { color: 'text.secondary', cursor: 'not-allowed' },
            }}
          >
            Halt
          </Button>
        </Tooltip>
      ) : (
        <ActionButton
          variant="outlined"
          color="error"
          startIcon={<HaltIcon />}
          disabledReason={block}
          onClick={ask}
        >
          {LABEL}
        </ActionButton>
      )}
      {isAsking && (
        <HaltDialog
          bot={null}
          onDone={() => {
            setAsking(false);
          }}
        />
      )}
    </>
  );
}
