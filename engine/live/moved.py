"""What the account has gained since the broker last told of it: by prices of what bots hold, and by what they sold."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Max
from typing_extensions import TypedDict

from engine.models import BrokerAccount
from marketdata.selectors import last_prices
from positions.models import Position
from positions.selectors import Prices, open_pnl
from trades.models import Execution

# The broker knows newer prices than these: what followed from them would be counted twice. Market time.
PRICES_OLD_AFTER = timedelta(minutes=2)


class Marks(TypedDict):
    """What was known when the account was read, as it is stored.

    at: market time; prices: dollars by symbol; open_pnl: of the bots' positions at these prices, dollars
    newest_fill: the id of the newest fill that was booked
    """

    at: str
    prices: dict[str, str]
    open_pnl: str
    newest_fill: int


def marks_now(now: datetime | None) -> Marks | None:
    """What is known at `now`, market time; None where a price that counts is not known, or old."""
    held = list(Position.objects.held())
    prices = last_prices(sorted({position.symbol for position in held}))
    if now is None or any(
        position.symbol not in prices or now - prices[position.symbol][1] > PRICES_OLD_AFTER for position in held
    ):
        return None
    return {
        "at": now.isoformat(),
        "prices": {symbol: str(price) for symbol, (price, _) in prices.items()},
        "open_pnl": str(open_pnl(held, prices)),
        "newest_fill": Execution.objects.aggregate(newest=Max("id"))["newest"] or 0,
    }


def moved_since(account: BrokerAccount, held: Sequence[Position], prices: Prices) -> Decimal:
    """What bots have gained since the account was read, dollars.

    A purchase changes nothing, a sale makes of what was open what is realised. A price that came later but is older
    than the account was known to the broker.
    """
    if not account.marks:
        return Decimal(0)
    marks: Marks = account.marks
    read_at = datetime.fromisoformat(marks["at"])
    newer = {
        symbol: (price if at > read_at else Decimal(marks["prices"].get(symbol, price)), at)
        for symbol, (price, at) in prices.items()
    }
    sold = Execution.objects.filter(id__gt=marks["newest_fill"], profit_loss__isnull=False)
    # Not the database's sum: SQLite's goes through floats.
    realised = sum((made or Decimal(0) for made in sold.values_list("profit_loss", flat=True)), Decimal(0))
    return open_pnl(held, newer) - Decimal(marks["open_pnl"]) + realised
