#!/usr/bin/env bash
# One daily equity curve of two years has three annual returns, three volatilities and three Sharpe ratios.
#
# empyrical-reloaded 0.7.1 and quantstats 0.0.86 compound over 252 sessions and count the first day, on which there is no
# return yet; backtesting.py 0.6.6 ("Return (Ann.)") leaves that day out; ffn 1.4.1 and backtesting.py's "CAGR" compound
# over calendar days. backtesting.py's volatility is that of compounded returns, and its Sharpe ratio the compounded return
# over it: on a curve that falls by a third in two years -1.44 instead of -1.23. On the largest fall all agree.
# Seen 2026-11-30 on Python 3.11 with pandas 3.1.1.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install --quiet quantstats==0.0.86 empyrical-reloaded==0.7.1 ffn==1.4.1 backtesting==0.6.6 \
  pandas==3.1.1 numpy==2.4.6
cat >"$room/look.py" <<'PYTHON'
import empyrical
import ffn
import numpy as np
import pandas as pd
import quantstats
from backtesting import Backtest, Strategy


class Hold(Strategy):
    def init(self):
        pass

    def next(self):
        if not self.position:
            self.buy()


days = pd.bdate_range("2023-01-02", "2024-12-31")
close = 100 * (1 + pd.Series(np.random.default_rng(7).normal(0.0006, 0.01, len(days)), index=days)).cumprod()
opens = close.shift(1).fillna(close.iloc[0])
frame = pd.DataFrame({"Open": opens, "High": np.maximum(opens, close), "Low": np.minimum(opens, close), "Close": close})
figures = Backtest(frame.assign(Volume=1), Hold, cash=1_000_000).run()
equity = figures["_equity_curve"]["Equity"]
daily, ffns = equity.pct_change().fillna(0), ffn.core.PerformanceStats(equity)
stats = quantstats.stats
rows = {
    "empyrical": (empyrical.annual_return(daily), empyrical.annual_volatility(daily), empyrical.sharpe_ratio(daily),
                  empyrical.sortino_ratio(daily), empyrical.max_drawdown(daily)),
    "quantstats": (stats.cagr(daily), stats.volatility(daily), stats.sharpe(daily), stats.sortino(daily),
                   stats.max_drawdown(daily)),
    "ffn": (equity.calc_cagr(), ffns.daily_vol, ffns.daily_sharpe, ffns.daily_sortino, ffns.max_drawdown),
    "backtesting.py": (figures["Return (Ann.) [%]"] / 100, figures["Volatility (Ann.) [%]"] / 100,
                       figures["Sharpe Ratio"], figures["Sortino Ratio"], figures["Max. Drawdown [%]"] / 100),
    "its CAGR": (figures["CAGR [%]"] / 100,),
}
print("                return   volatility sharpe   sortino  fall")
for name, found in rows.items():
    print(f"{name:15}", " ".join(f"{value:8.4f}" for value in found))
PYTHON
"$room/venv/bin/python" -W ignore "$room/look.py" 2>/dev/null >"$room/seen"
cat "$room/seen"
diff "$room/seen" - <<'SEEN'
                return   volatility sharpe   sortino  fall
empyrical        -0.1767   0.1486  -1.2341  -1.6505  -0.3398
quantstats       -0.1767   0.1486  -1.2341  -1.6505  -0.3398
ffn              -0.1828   0.1487  -1.2353  -1.6521  -0.3398
backtesting.py   -0.1770   0.1232  -1.4373  -1.5920  -0.3398
its CAGR         -0.1828
SEEN
echo "as seen"
