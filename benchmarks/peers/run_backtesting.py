import warnings

import pandas as pd
from backtesting import Backtest, Strategy
from common import CASH, SIZE, Bars, main, newest, stop_of, target_of, wants

warnings.filterwarnings("ignore")


def run(bars: Bars, strategy: str) -> list[tuple[int, float, int, float]]:
    buys, sells = wants(bars, strategy)

    class Rules(Strategy):
        def init(self) -> None:
            self.place = 0

        def next(self) -> None:
            place = len(self.data) - 1
            if self.position:
                if sells[place]:
                    self.position.close()
            elif buys[place]:
                price = newest(bars, place)
                self.buy(size=SIZE, sl=stop_of(price), tp=target_of(price))

    frame = pd.DataFrame(
        {"Open": bars.open, "High": bars.high, "Low": bars.low, "Close": bars.close, "Volume": bars.volume},
        index=pd.to_datetime(bars.start, unit="s"),
    )
    found = Backtest(frame, Rules, cash=CASH).run()["_trades"]
    columns = (found[name].tolist() for name in ("EntryBar", "EntryPrice", "ExitBar", "ExitPrice"))
    return sorted(zip(*columns, strict=True))


main(run)
