import { Skeleton } from '@mui/material';
import { lazily } from '@/components/common/lazily';

/** The chart; what draws it is as heavy as the rest of the page and comes after it. */
export const LazyChartCanvas = lazily(
  async () => (await import('./ChartCanvas')).ChartCanvas,
  ({ height }) => <Skeleton variant="rectangular" aria-label="Loading the chart" sx={{ height }} />,
);
