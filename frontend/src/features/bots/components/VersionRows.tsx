import { Box, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { formatLocalDateTime } from '@/lib/format';
import type { BotVersions } from '@/types/domain';

type Version = BotVersions['results'][number];

interface Props {
  versions: readonly Version[];
  current: number;
  /** What can be done with an older one. */
  actions?: (version: Version) => ReactNode;
}

/** A setting's value; what is not there has none. */
function said(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Who changed what and when, newest first. */
export function VersionRows({ versions, current, actions }: Props) {
  return (
    <Box
      component="ul"
      aria-label="Versions"
      // It scrolls by itself, so it must be reachable by keyboard.
      tabIndex={0}
      sx={{ listStyle: 'none', m: 0, p: 0, maxHeight: 260, overflowY: 'auto' }}
    >
      {versions.map((version) => (
        <Box
          component="li"
          key={version.number}
          sx={{
            display: 'flex',
            flexWrap: 'wrap',
            alignItems: 'center',
            columnGap: 1,
            px: 1.5,
            py: 0.5,
            borderTop: 1,
            borderColor: 'divider',
            minHeight: 40,
          }}
        >
          <Typography variant="body2" sx={{ fontWeight: 600 }}>
            {version.number}
          </Typography>
          <Typography variant="body2" color="textSecondary">
            {[version.changed_by ?? 'the system', formatLocalDateTime(version.created_at)].join(' · ')}
          </Typography>
          <Box sx={{ ml: 'auto' }}>
            {version.number === current ? (
              <Typography variant="caption" color="textSecondary">
                current
              </Typography>
            ) : (
              actions?.(version)
            )}
          </Box>
          {version.changes.length > 0 && (
            <Box component="ul" sx={{ flexBasis: '100%', m: 0, p: 0, pb: 0.5, listStyle: 'none' }}>
              {version.changes.map(({ field, before, after }) => (
                <Typography
                  component="li"
                  key={field}
                  variant="caption"
                  color="textSecondary"
                  sx={{ overflowWrap: 'anywhere' }}
                >
                  {field}: {said(before)} → {said(after)}
                </Typography>
              ))}
            </Box>
          )}
        </Box>
      ))}
    </Box>
  );
}
