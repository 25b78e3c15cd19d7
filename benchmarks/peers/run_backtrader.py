import backtrader as bt
import pandas as pd
from common import CASH, SIZE, Bars, main, newest, stop_of, target_of, wants


def run(bars: Bars, strategy: str) -> list[tuple[int, float, int, float]]:
    buys, sells = wants(bars, strategy)
    trades: list[tuple[int, float, int, float]] = []

    class Rules(bt.Strategy):
        def __init__(self) -> None:
            self.entry: tuple[int, float] | None = None
            self.legs: list[bt.Order] = []

        def next(self) -> None:
            place = len(self) - 1
            if self.position:
                if sells[place]:
                    for leg in self.legs:
                        self.cancel(leg)
                    self.close()
            elif buys[place]:
                price = newest(bars, place)
                _, *self.legs = self.buy_bracket(
                    size=int(SIZE * CASH / price),
                    exectype=bt.Order.Market,
                    stopprice=stop_of(price),
                    limitprice=target_of(price),
                )

        def notify_order(self, order) -> None:
            if order.status != order.Completed:
                return
            if order.isbuy():
                self.entry = (len(self) - 1, order.executed.price)
            elif self.entry is not None:
                trades.append((*self.entry, len(self) - 1, order.executed.price))
                self.entry = None

    frame = pd.DataFrame(
        {"open": bars.open, "high": bars.high, "low": bars.low, "close": bars.close, "volume": bars.volume},
        index=pd.to_datetime(bars.start, unit="s"),
    )
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.addstrategy(Rules)
    cerebro.adddata(bt.feeds.PandasData(dataname=frame, openinterest=None))
    cerebro.broker.setcash(CASH)
    cerebro.run()
    return trades


main(run)
