#!/usr/bin/env bash
# An exponential average needs a first value, and the libraries differ in it: for the first hundred bars or so MACD and its
# signal line are other numbers, and they begin at other bars.
#
# TA-Lib 0.8.2 begins the EMA with a simple average, MACD at bar 33 with both averages begun at bar 25; pandas-ta-classic
# 0.8.32 shows MACD from bar 25, each average begun at its own; ta 0.11.0 and tulipy 0.4.0 begin with the first close;
# stockstats 0.6.10 and finta 1.3 weigh the first closes so that the sum of weights is 1, and show from bar 0. After 300
# bars all agree to a thousandth or so. Seen 2026-11-29 on Python 3.11 with pandas 3.1.1.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install --quiet TA-Lib==0.8.2 pandas-ta-classic==0.8.32 ta==0.11.0 finta==1.3 stockstats==0.6.10 \
  tulipy==0.4.0 pandas==3.1.1 numpy==2.4.6
cat >"$room/look.py" <<'PYTHON'
import finta
import numpy as np
import pandas as pd
import pandas_ta_classic
import stockstats
import ta
import talib
import tulipy

close = pd.Series([50 + (number * number % 97) / 40 for number in range(300)])
frame = pd.DataFrame({"open": close, "high": close + 0.3, "low": close - 0.3, "close": close, "volume": 1000.0})
array = close.to_numpy()
short = tulipy.macd(array, 12, 26, 9)[0]
found = {
    "TA-Lib": talib.MACD(array)[0],
    "pandas-ta-classic": pandas_ta_classic.macd(close, talib=False).iloc[:, 0].to_numpy(),
    "ta": ta.trend.macd(close).to_numpy(),
    "finta": finta.TA.MACD(frame).MACD.to_numpy(),
    "stockstats": stockstats.wrap(frame.copy())["macd"].to_numpy(),
    "tulipy": np.concatenate([np.full(300 - len(short), np.nan), short]),
}
for name, values in found.items():
    first = int(np.flatnonzero(~np.isnan(values))[0])
    print(f"{name:18} from bar {first:2}, at bar 40 {values[40]:+.3f}, at bar 299 {values[299]:+.3f}")
PYTHON
"$room/venv/bin/python" -W ignore "$room/look.py" >"$room/seen"
cat "$room/seen"
diff "$room/seen" - <<'SEEN'
TA-Lib             from bar 33, at bar 40 +0.103, at bar 299 -0.038
pandas-ta-classic  from bar 25, at bar 40 +0.107, at bar 299 -0.038
ta                 from bar 25, at bar 40 +0.093, at bar 299 -0.038
finta              from bar  0, at bar 40 +0.039, at bar 299 -0.038
stockstats         from bar  0, at bar 40 +0.039, at bar 299 -0.038
tulipy             from bar 25, at bar 40 +0.089, at bar 299 -0.039
SEEN
echo "as seen"
