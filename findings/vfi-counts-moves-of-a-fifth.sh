#!/usr/bin/env bash
# pandas-ta-classic 0.8.32 takes the volume flow indicator's cutoff to be 20 % of the price, not 0.2 times the usual spread
# of the last thirty bars' logarithmic moves times the price, as its author Markos Katsanos gave it. Bars that move by less
# than a fifth of the price add nothing: a stock that climbs for 400 bars, a tenth of a percent each, has a VFI of 0
# throughout, where the author's formula gives a clear inflow. Seen 2026-11-29 on Python 3.11.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install --quiet pandas-ta-classic==0.8.32 pandas==3.1.1 numpy==2.4.6
cat >"$room/look.py" <<'PYTHON'
import numpy as np
import pandas as pd
import pandas_ta_classic as ta

step = pd.Series([0.001 + 0.0005 * (-1) ** number for number in range(400)])
close = 20 * (1 + step).cumprod()
volume = pd.Series(range(400)) % 50 + 1000.0
found = ta.vfi(close, volume)
print("pandas-ta-classic, last:", float(found.iloc[-1]), "largest:", float(found.abs().max()))

inter = np.log(close).diff()
cutoff = 0.2 * inter.rolling(30).std() * close
usual = volume.rolling(130).mean().shift()
capped = np.minimum(volume, usual * 2.5)
move = close.diff()
flow = capped.where(move > cutoff, -capped.where(move < -cutoff, 0.0))
author = (flow.rolling(130).sum() / usual).ewm(span=3, adjust=False).mean()
print("by the author's formula, last:", round(float(author.iloc[-1]), 1))
PYTHON
"$room/venv/bin/python" "$room/look.py" >"$room/seen"
cat "$room/seen"
diff "$room/seen" - <<'SEEN'
pandas-ta-classic, last: 0.0 largest: 0.0
by the author's formula, last: 130.0
SEEN
echo "as seen"
