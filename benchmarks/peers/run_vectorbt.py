import numpy as np
import vectorbt as vbt
from common import CASH, SIZE, STOP, TARGET, Bars, main, wants


def run(bars: Bars, strategy: str) -> list[tuple[int, float, int, float]]:
    buys, sells = wants(bars, strategy)
    # Decided on a bar, filled at the next one's open.
    entries, exits = np.r_[False, buys[:-1]], np.r_[False, sells[:-1]]
    portfolio = vbt.Portfolio.from_signals(
        close=bars.close,
        open=bars.open,
        high=bars.high,
        low=bars.low,
        entries=entries,
        exits=exits,
        price=bars.open,
        size=np.floor(SIZE * CASH / bars.close),
        size_type="amount",
        sl_stop=STOP,
        tp_stop=TARGET,
        init_cash=CASH,
        freq="1min",
    )
    found = portfolio.trades.records
    found = found[found["status"] == 1]
    columns = (found[name].tolist() for name in ("entry_idx", "entry_price", "exit_idx", "exit_price"))
    return sorted(zip(*columns, strict=True))


main(run)
