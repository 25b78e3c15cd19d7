import DownloadIcon from '@mui/icons-material/FileDownloadOutlined';
import { Button } from '@mui/material';
import { buildUrl } from '@/services/api';
import { tradeScope, type TradeFilters } from './tradeFilters';

/** A plain link: the browser streams the file to disk, however long it is. */
export function ExportButton({ filters }: { filters: TradeFilters }) {
  const scope = { ...tradeScope(filters), ordering: filters.ordering };
  return (
    <Button
      component="a"
      href={buildUrl('/api/trades/export', scope)}
      download
      variant="outlined"
      color="inherit"
      startIcon={<DownloadIcon />}
    >
      Export CSV
    </Button>
  );
}
