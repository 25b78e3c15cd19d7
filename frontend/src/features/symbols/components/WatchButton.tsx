import StarIcon from '@mui/icons-material/Star';
import StarOutlineIcon from '@mui/icons-material/StarBorderOutlined';
import { IconButton, Tooltip } from '@mui/material';
import { useWatchlist } from '@/features/symbols/watchlist';

export function WatchButton({ symbol }: { symbol: string }) {
  const { symbols, watch } = useWatchlist();
  const isWatched = symbols.includes(symbol);
  return (
    <Tooltip title={isWatched ? 'On your watchlist, in this browser' : 'Put it on your watchlist'}>
      <IconButton
        size="small"
        aria-label={`Watch ${symbol}`}
        aria-pressed={isWatched}
        onClick={() => {
          watch(symbol, !isWatched);
        }}
      >
        {isWatched ? <StarIcon fontSize="small" color="primary" /> : <StarOutlineIcon fontSize="small" />}
      </IconButton>
    </Tooltip>
  );
}
