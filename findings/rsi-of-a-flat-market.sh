#!/usr/bin/env bash
# The RSI of a price that does not move at all is 0, 50, 100 or nothing, as the library pleases.
#
# TA-Lib 0.8.2 says 0, so that "buy below 30" buys through a halt; ta 0.11.0 says 100, so that "sell above 70" sells;
# stockstats 0.6.10 says 50; pandas-ta-classic 0.8.32, finta 1.3 and tulipy 0.4.0 say nothing (NaN). With prices that move
# they agree. Seen 2026-11-29 on Python 3.11 with pandas 3.1.1.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install --quiet TA-Lib==0.8.2 pandas-ta-classic==0.8.32 ta==0.11.0 finta==1.3 stockstats==0.6.10 \
  tulipy==0.4.0 pandas==3.1.1 numpy==2.4.6
cat >"$room/look.py" <<'PYTHON'
import finta
import pandas as pd
import pandas_ta_classic
import stockstats
import ta
import talib
import tulipy


def values(close):
    frame = pd.DataFrame({name: close for name in ("open", "high", "low", "close")} | {"volume": 1000.0})
    return {
        "TA-Lib": talib.RSI(close.to_numpy(), 14)[-1],
        "pandas-ta-classic": pandas_ta_classic.rsi(close, 14, talib=False).iloc[-1],
        "ta": ta.momentum.rsi(close, 14).iloc[-1],
        "finta": finta.TA.RSI(frame, 14).iloc[-1],
        "stockstats": stockstats.wrap(frame)["rsi_14"].iloc[-1],
        "tulipy": tulipy.rsi(close.to_numpy(), 14)[-1],
    }


flat = values(pd.Series([20.0] * 60))
moving = values(pd.Series([20 + (number * number % 17) / 10 for number in range(400)]))
for name in flat:
    print(f"{name:18} flat {float(flat[name]):5.1f}, moving {float(moving[name]):.1f}")
PYTHON
"$room/venv/bin/python" -W ignore "$room/look.py" >"$room/seen"
cat "$room/seen"
diff "$room/seen" - <<'SEEN'
TA-Lib             flat   0.0, moving 53.4
pandas-ta-classic  flat   nan, moving 53.4
ta                 flat 100.0, moving 53.4
finta              flat   nan, moving 53.4
stockstats         flat  50.0, moving 53.4
tulipy             flat   nan, moving 53.4
SEEN
echo "as seen"
