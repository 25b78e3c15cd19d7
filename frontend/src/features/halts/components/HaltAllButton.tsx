import HaltIcon from '@mui/icons-material/PanToolOutlined';
import { IconButton, Tooltip } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ActionButton } from '@/components/common/ActionButton';
import { useLive } from '@/hooks/live';
import { haltOf, haltsOptions } from '@/features/halts/api/halts';
import { useActionBlock } from '@/hooks/useSession';
import { HaltDialog } from './HaltDialog';

const LABEL = 'Halt all entries';

/** Stops every bot from buying. In the bar it is an icon, to be within reach on every page. */
export function HaltAllButton({ compact = false }: { compact?: boolean }) {
  const { ready } = useLive();
  const { data } = useQuery({ ...haltsOptions(), enabled: ready });
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
          <IconButton
            aria-label={LABEL}
            aria-disabled={block !== null || undefined}
            color="inherit"
            size="small"
            onClick={ask}
            sx={{ '&[aria-disabled="true"]': { color: 'text.secondary', cursor: 'not-allowed' } }}
          >
            <HaltIcon fontSize="small" />
          </IconButton>
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
