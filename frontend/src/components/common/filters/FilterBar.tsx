import ClearIcon from '@mui/icons-material/FilterAltOffOutlined';
import FilterIcon from '@mui/icons-material/FilterAltOutlined';
import { Box, Button, Paper } from '@mui/material';
import { useId, useState, type ReactNode } from 'react';
import { useIsPhone } from '@/hooks/useIsPhone';

interface Props {
  label: string;
  /** How many filters are set. */
  active: number;
  onClear: () => void;
  children: ReactNode;
}

/** Filters in a row; on a phone behind a button that says how many are set. */
export function FilterBar({ label, active, onClear, children }: Props) {
  const isPhone = useIsPhone();
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const isShown = !isPhone || isOpen;
  return (
    <Paper
      role="search"
      aria-label={label}
      sx={{ border: 1, borderColor: 'divider', borderRadius: 1.5, px: 1.5, py: 1, display: 'grid', gap: 1 }}
    >
      {isPhone && (
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
          <Button
            color="inherit"
            startIcon={<FilterIcon />}
            aria-expanded={isOpen}
            aria-controls={id}
            onClick={() => {
              setOpen(!isOpen);
            }}
          >
            {active > 0 ? `Filters (${active})` : 'Filters'}
          </Button>
          {active > 0 && (
            <Button color="inherit" startIcon={<ClearIcon />} onClick={onClear} sx={{ ml: 'auto' }}>
              Clear filters
            </Button>
          )}
        </Box>
      )}
      <Box
        id={id}
        sx={{
          display: isShown ? 'flex' : 'none',
          flexWrap: 'wrap',
          gap: 1,
          alignItems: 'center',
          '& > *': { flex: { xs: '1 1 140px', md: '0 1 auto' } },
        }}
      >
        {isShown && children}
        {!isPhone && active > 0 && (
          <Button color="inherit" startIcon={<ClearIcon />} onClick={onClear}>
            Clear filters
          </Button>
        )}
      </Box>
    </Paper>
  );
}
