"""What a day has brought the bots so far: since the last close, gaps over night included."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from engine.core.money import booked
from engine.core.schedule import NEW_YORK
from marketdata.calendar import close_before
from marketdata.models import Symbol
from marketdata.selectors import closes_at
from positions.models import CashEntry, Position, ShareChange
from positions.selectors import Prices
from trades.models import IN_CASH, Execution, ForeignFill

NOTHING = Decimal(0)
NO_CLOSES: Mapping[str, Decimal] = {}
# A bot and a symbol.
Place = tuple[int, str]


def day_begins(now: datetime) -> datetime:
    """Since when the results of the New York day of `now` are measured: the close of the session before it."""
    return close_before(now.astimezone(NEW_YORK).date())


def symbols_of_today(since: datetime) -> set[str]:
    """What is held, by bots or by hand, or was at that close."""
    traded = Execution.objects.filter(at__gt=since).values_list("trade__symbol", flat=True)
    return {*Position.objects.held().values_list("symbol", flat=True), *traded, *stocks_by_hand(since)}


def stocks_by_hand(since: datetime | None = None) -> set[str]:
    """Stocks of which people hold shares that no bot ordered, and those they have traded since; no options."""
    found = {symbol for symbol, quantity in _held_by_hand().items() if quantity}
    if since is not None:
        found.update(ForeignFill.objects.filter(at__gt=since).values_list("symbol", flat=True))
    return set(Symbol.objects.filter(symbol__in=found).values_list("symbol", flat=True)) if found else found


def _held_by_hand() -> defaultdict[str, Decimal]:
    held: defaultdict[str, Decimal] = defaultdict(Decimal)
    for symbol, side, quantity in ForeignFill.objects.values_list("symbol", "side", "quantity"):
        held[symbol] += quantity if side == "buy" else -quantity
    return held


def day_by_hand(prices: Prices, since: datetime) -> Decimal:
    """Dollars gained since a close with shares that no bot ordered; of those without a known price nothing is said."""
    shares = _held_by_hand()
    before, moved = dict(shares), defaultdict[str, Decimal](Decimal)
    # What came without a price came by a split: the shares held before are of its kind, too.
    for fill in ForeignFill.objects.filter(at__gt=since, price__gt=0):
        sign = 1 if fill.side == "buy" else -1
        before[fill.symbol] = before.get(fill.symbol, NOTHING) - sign * fill.quantity
        moved[fill.symbol] -= sign * fill.quantity * fill.price
    # The part of one that was given up for cash had been held, too.
    for symbol, quantity in ForeignFill.objects.filter(at__gt=since, order_id=IN_CASH).values_list(
        "symbol", "quantity"
    ):
        before[symbol] = before.get(symbol, NOTHING) + quantity
    closes = closes_at(sorted(symbol for symbol, quantity in before.items() if quantity), since)
    gain = NOTHING
    for symbol, quantity in shares.items():
        if (quantity and symbol not in prices) or (before[symbol] and symbol not in closes):
            continue
        now = quantity * prices[symbol][0] if quantity else NOTHING
        then = before[symbol] * closes[symbol] if before[symbol] else NOTHING
        gain += now - then + moved[symbol]
    return booked(gain)


def day_results(
    bots: Sequence[int],
    held: Iterable[Position],
    prices: Prices,
    since: datetime,
    closes: Mapping[str, Decimal] = NO_CLOSES,
) -> defaultdict[int, Decimal]:
    """By bot, dollars gained since a close, realised or not: what is held now is worth, less what was held then was
    worth, and the money that moved in between. Computed from the fills each time, so that one booked late counts.

    held: the bots' open positions; a symbol without a price counts at its cost
    closes: prices at that close, where the caller has read them already
    """
    result: defaultdict[int, Decimal] = defaultdict(Decimal)
    shares: defaultdict[Place, Decimal] = defaultdict(Decimal)
    costs: dict[Place, Decimal] = {}
    for position in held:
        place = (position.bot_id, position.symbol)
        shares[place], costs[place] = position.quantity, position.entry_price
        price = prices[position.symbol][0] if position.symbol in prices else position.entry_price
        result[position.bot_id] += position.quantity * price
    for bot, amount in CashEntry.objects.filter(bot__in=bots, at__gt=since).values_list("bot", "amount"):
        result[bot] += amount
    fills = Execution.objects.filter(trade__bot__in=bots, at__gt=since)
    for bot, symbol, side, quantity in fills.values_list("trade__bot", "trade__symbol", "trade__type", "quantity"):
        shares[bot, symbol] += -quantity if side == "buy" else quantity
    # The part of a new share that was given up for cash had been held, too.
    given_up = ShareChange.objects.filter(position__bot__in=bots, at__gt=since, paid__gt=0)
    for bot, symbol, paid in given_up.values_list("position__bot", "position__symbol", "paid"):
        shares[bot, symbol] += paid
    before = {place: quantity for place, quantity in shares.items() if quantity}
    missing = {symbol for _, symbol in before} - closes.keys()
    closes = {**closes, **closes_at(sorted(missing), since)} if missing else closes
    for (bot, symbol), quantity in before.items():
        close = closes.get(symbol)
        result[bot] -= quantity * (_cost(bot, symbol, costs) if close is None else close)
    return defaultdict(Decimal, {bot: booked(gain) for bot, gain in result.items()})


def _cost(bot: int, symbol: str, costs: dict[Place, Decimal]) -> Decimal:
    """What a share cost that was held at a close of which no price is known: of it the whole result counts."""
    if (bot, symbol) not in costs:
        newest = Position.objects.filter(bot=bot, symbol=symbol).order_by("-opened_at", "-pk").first()
        costs[bot, symbol] = newest.entry_price if newest else NOTHING
    return costs[bot, symbol]
