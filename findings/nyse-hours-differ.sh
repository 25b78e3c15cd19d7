#!/usr/bin/env bash
# exchange_calendars 4.13.2 and pandas_market_calendars 5.5.0 agree on all 9,318 trading days of New York from 1990 to 2026,
# but not on the opens and closes of fifteen of them: the first knows neither moments of silence nor closes by incident.
#
# A program that tests a strategy with one and trades or checks it with the other finds bars outside of "the session" on
# these days, or a session without its last minutes. Seen 2026-11-29 with pandas 3.1.1, Python 3.11.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install --quiet exchange_calendars==4.13.2 pandas_market_calendars==5.5.0 pandas==3.1.1
cat >"$room/compare.py" <<'PYTHON'
import exchange_calendars
import pandas_market_calendars

one = exchange_calendars.get_calendar("XNYS", start="1990-01-01", end="2026-12-31").schedule
other = pandas_market_calendars.get_calendar("NYSE").schedule("1990-01-01", "2026-12-31")
print(len(one), "days,", len(one.index.symmetric_difference(other.index)), "in one only")
for day in one.index:
    hours = [one.loc[day, "open"], one.loc[day, "close"], other.loc[day, "market_open"], other.loc[day, "market_close"]]
    a, b, c, d = (time.tz_convert("America/New_York").strftime("%H:%M") for time in hours)
    if (a, b) != (c, d):
        print(f"{day:%Y-%m-%d}  {a} to {b}  {c} to {d}")
PYTHON
"$room/venv/bin/python" "$room/compare.py" >"$room/seen"
cat "$room/seen"
diff "$room/seen" - <<'SEEN'
9318 days, 0 in one only
1990-12-27  09:30 to 16:00  09:31 to 16:00
1991-01-17  09:30 to 16:00  09:31 to 16:00
1991-02-25  09:30 to 16:00  09:31 to 16:00
1994-02-11  09:30 to 16:00  09:30 to 14:30
1995-12-18  09:30 to 16:00  10:30 to 16:00
1996-01-08  09:30 to 16:00  11:00 to 14:00
1997-10-27  09:30 to 16:00  09:30 to 15:30
1999-12-31  09:30 to 13:00  09:30 to 16:00
2001-09-17  09:30 to 16:00  09:33 to 16:00
2001-10-08  09:30 to 16:00  09:31 to 16:00
2002-09-11  09:30 to 16:00  12:00 to 16:00
2003-03-20  09:30 to 16:00  09:32 to 16:00
2004-06-07  09:30 to 16:00  09:32 to 16:00
2005-06-01  09:30 to 16:00  09:30 to 15:56
2006-12-27  09:30 to 16:00  09:32 to 16:00
SEEN
echo "as seen"
