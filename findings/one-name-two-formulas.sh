#!/usr/bin/env bash
# CMO, PPO, APO and Bollinger Bands of the same closes by the libraries' own defaults: one name, two formulas each.
#
# - CMO: TA-Lib smooths gains and losses as Wilder's RSI does, the others add up fourteen of them (Chande's own).
# - PPO and APO: pandas-ta-classic takes simple averages, all others exponential ones; so does TA-Lib, whose default was the
#   simple one before (matype 0, as most texts about it still say) and is 1 in this version.
# - Bollinger: finta and stockstats take the deviation of a sample (n - 1), the others that of a population (n).
# Seen 2026-11-29 on Python 3.11 with pandas 3.1.1.
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

close = pd.Series([50 + (number * number % 97) / 40 + number / 100 for number in range(300)])
frame = pd.DataFrame({"open": close, "high": close + 0.3, "low": close - 0.3, "close": close, "volume": 1000.0})
array = close.to_numpy()
of = {
    "CMO 14": {
        "TA-Lib": talib.CMO(array, 14)[-1],
        "pandas-ta-classic": pandas_ta_classic.cmo(close, 14, talib=False).iloc[-1],
        "stockstats": stockstats.wrap(frame.copy())["cmo_14"].iloc[-1],
        "tulipy": tulipy.cmo(array, 14)[-1],
    },
    "PPO 12 26": {
        "TA-Lib": talib.PPO(array, 12, 26)[-1],
        "pandas-ta-classic": pandas_ta_classic.ppo(close, talib=False).iloc[-1, 0],
        "ta": ta.momentum.ppo(close).iloc[-1],
        "stockstats": stockstats.wrap(frame.copy())["ppo"].iloc[-1],
        "tulipy": tulipy.ppo(array, 12, 26)[-1],
    },
    "APO 12 26": {
        "TA-Lib": talib.APO(array, 12, 26)[-1],
        "pandas-ta-classic": pandas_ta_classic.apo(close, talib=False).iloc[-1],
        "tulipy": tulipy.apo(array, 12, 26)[-1],
    },
    "Bollinger 20, upper": {
        "TA-Lib": talib.BBANDS(array, 20)[0][-1],
        "pandas-ta-classic": pandas_ta_classic.bbands(close, 20, talib=False).iloc[-1, 2],
        "ta": ta.volatility.bollinger_hband(close).iloc[-1],
        "finta": finta.TA.BBANDS(frame).BB_UPPER.iloc[-1],
        "stockstats": stockstats.wrap(frame.copy())["boll_ub"].iloc[-1],
        "tulipy": tulipy.bbands(array, 20, 2)[2][-1],
    },
}
for what, found in of.items():
    by_value: dict[str, list[str]] = {}
    for name, value in found.items():
        by_value.setdefault(f"{float(value):.2f}", []).append(name)
    print(what, "; ".join(f"{value} {', '.join(names)}" for value, names in by_value.items()))
PYTHON
"$room/venv/bin/python" -W ignore "$room/look.py" >"$room/seen"
cat "$room/seen"
diff "$room/seen" - <<'SEEN'
CMO 14 16.03 TA-Lib; 33.33 pandas-ta-classic, stockstats, tulipy
PPO 12 26 0.06 TA-Lib, ta, stockstats, tulipy; -0.50 pandas-ta-classic
APO 12 26 0.03 TA-Lib, tulipy; -0.27 pandas-ta-classic
Bollinger 20, upper 54.73 TA-Lib, pandas-ta-classic, ta, tulipy; 54.76 finta, stockstats
SEEN
echo "as seen"
