import { Box, Typography } from '@mui/material';
import { DetailDialog } from '@/components/common/DetailDialog';
import { GLOSSARY } from '@/features/help/glossary';
import { useMarketStatus } from '@/hooks/useMarket';
import { ShortcutList } from './ShortcutList';
import { WhatThisIs } from './WhatThisIs';

export function HelpDialog({ onClose }: { onClose: () => void }) {
  const { data: status } = useMarketStatus();
  return (
    <DetailDialog title="Help and glossary" maxWidth="sm" onClose={onClose}>
      {status && <WhatThisIs mode={status.mode} speed={status.speed} />}
      <Typography variant="h3">Keys</Typography>
      <ShortcutList />
      <Typography variant="h3">What the words mean</Typography>
      <Box component="dl" sx={{ m: 0, display: 'grid', gap: 1 }}>
        {GLOSSARY.map(({ term, means }) => (
          <Box key={term}>
            <Typography component="dt" sx={{ fontWeight: 650, fontSize: '0.875rem' }}>
              {term}
            </Typography>
            <Typography component="dd" color="textSecondary" sx={{ m: 0, fontSize: '0.875rem' }}>
              {means}
            </Typography>
          </Box>
        ))}
      </Box>
    </DetailDialog>
  );
}
