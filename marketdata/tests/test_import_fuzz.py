"""A file of bars that is spoilt anywhere is read or refused in words, and what is read can be stored."""

import tempfile
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from marketdata.barfiles import BarFileError, bar_file_read
from marketdata.barformats import FORMATS, Reading
from marketdata.tests.test_import_formats import VENDORS, vendor_text

TEXTS = [(row[0], row[1], vendor_text(row[0], *row[2:])) for row in VENDORS]
SPOILT = [
    "",
    " ",
    "nan",
    "-1",
    "0",
    "1e308",
    "1e-9",
    "inf",
    "x",
    '"',
    "\n",
    ",",
    ";",
    "\x00",
    "é",
    "99999999999999999999",
    "2019",
]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(TEXTS),
    st.integers(0, 400),
    st.integers(0, 12),
    st.sampled_from(SPOILT),
    st.sampled_from(["", *FORMATS]),
    st.sampled_from(["1Min", "5Min", "1Day"]),
    st.sampled_from([None, 1.0]),
)
def test_a_spoilt_file_is_read_or_refused(
    vendor: tuple[str, str, str], at: int, length: int, put: str, told: str, timeframe: str, scale: float | None
) -> None:
    _, _, text = vendor
    spoilt = text[:at] + put + text[at + length :]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "AAA.csv"
        path.write_text(spoilt)
        try:
            bars = bar_file_read(path, timeframe, reading=Reading(format=told, scale=scale)).bars
        except BarFileError:
            return
    assert len(bars)
    assert (bars.start[1:] > bars.start[:-1]).all()
    for name in ("open", "high", "low", "close"):
        prices = [Decimal(repr(round(price, 6))) for price in getattr(bars, name).tolist()]
        assert all(0 < price < 10**9 for price in prices)
    assert (bars.high >= bars.low).all()
