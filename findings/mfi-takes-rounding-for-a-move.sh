#!/usr/bin/env bash
# pandas-ta-classic 0.8.32 computes the money flow index (mfi) of prices in cents wrong by up to 76 points of 100: two bars
# whose high, low and close add up to the same have typical prices that differ in the last binary digit, and it takes that
# for a move, with the whole volume of the bar. TA-Lib (0.8.2 of the Python package) does not, and is right to 1e-13.
#
# The library calls TA-Lib where that is installed, so the same call gives other numbers on another machine. Seen
# 2026-11-29 on Python 3.11 with 120 bars around 17.07 dollars, against a computation in whole cents.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install --quiet pandas-ta-classic==0.8.32 TA-Lib==0.8.2 pandas==3.1.1 numpy==2.4.6
cat >"$room/look.py" <<'PYTHON'
import numpy as np
import pandas as pd
import pandas_ta_classic as ta

# High, low and close in cents; each adds up to 5121. The whole market moves by 3 cents every tenth bar.
SHAPES = [(1711, 1705, 1705), (1709, 1704, 1708), (1712, 1703, 1706), (1708, 1706, 1707), (1710, 1703, 1708), (1713, 1702, 1706)]
LENGTH = 14
bars, volumes = [], []
for number in range(120):
    moved = -3 * (1 + number // 10 % 2 * -1)
    bars.append([price + moved for price in SHAPES[(number * number + number // 3) % 6]])
    volumes.append(100 + number * 37 % 400)
total = [sum(bar) for bar in bars]
right = np.full(120, np.nan)
for last in range(LENGTH, 120):
    flows = [(total[i] - total[i - 1], total[i] * volumes[i]) for i in range(last - LENGTH + 1, last + 1)]
    up, down = (sum(flow for move, flow in flows if move * sign > 0) for sign in (1, -1))
    right[last] = 100 * up / (up + down)
high, low, close = (pd.Series(column) / 100 for column in zip(*bars))
volume = pd.Series(volumes, dtype=float)
for talib in (False, True):
    found = ta.mfi(high, low, close, volume, length=LENGTH, talib=talib).to_numpy()
    print(f"talib={talib}: at most {np.nanmax(abs(found - right)):.1f} points off")
PYTHON
"$room/venv/bin/python" "$room/look.py" >"$room/seen"
cat "$room/seen"
diff "$room/seen" - <<'SEEN'
talib=False: at most 76.2 points off
talib=True: at most 0.0 points off
SEEN
echo "as seen"
