"""Orders of the bots and what became of them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import models

from bots.models import Bot, BotVersion
from engine.core.orders import WORKING, OrderState
from engine.core.schedule import NEW_YORK
from engine.core.types import Role
from engine.models import Decision, Tick
from positions.models import Position


class TradeQuerySet(models.QuerySet["Trade"]):
    def working(self) -> "TradeQuerySet":
        """Orders that may still fill, or of which that is not known."""
        return self.filter(state__in=WORKING)

    def unfinished(self) -> "TradeQuerySet":
        """Working orders, and ended ones of which not every fill is booked yet."""
        return self.filter(models.Q(state__in=WORKING) | models.Q(filled_quantity__gt=models.F("booked_quantity")))

    def may_still_move(self, booked_since: datetime) -> "TradeQuerySet":
        """As unfinished, but for ended orders that did not change since that real time, whose fills cannot be booked:
        what they are about must not stand still for ever."""
        return self.unfinished().filter(models.Q(state__in=WORKING) | models.Q(updated_at__gt=booked_since))

    def own(self) -> "TradeQuerySet":
        """Orders we send ourselves; a leg goes out with its parent."""
        return self.filter(parent=None)

    def resting(self) -> "TradeQuerySet":
        """Stops and targets that protect a position."""
        return self.filter(role__in=[Role.STOP, Role.TARGET])

    def matching(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        bots: Sequence[int] = (),
        symbols: Sequence[str] = (),
        tag: str = "",
        **exactly: str | None,
    ) -> "TradeQuerySet":
        """Of these bots and symbols, decided from `since` up to but not at `until`; the rest as given."""
        found = self.filter(**{name: value for name, value in exactly.items() if value})
        found = found.filter(timestamp__gte=since) if since else found
        found = found.filter(timestamp__lt=until) if until else found
        found = found.filter(bot__in=bots) if bots else found
        found = found.filter(note__tags__contains=f"|{tag.lower()}|") if tag else found
        return found.filter(symbol__in=symbols) if symbols else found

    def shown(self) -> "TradeQuerySet":
        """What people see as trades: a resting stop or target appears once it has filled."""
        return self.exclude(role__in=[Role.STOP, Role.TARGET], booked_quantity=0)


class Trade(models.Model):
    """One order of a bot. The row is committed before anything is sent.

    Prices in dollars, quantities in shares, times in market time except send_after, sent_at, cancel_requested_at,
    cancel_asked_at (the last time) and unprotected_at (real).
    filled_quantity is what the broker says has filled, booked_quantity what its fills here add up to; price is the
    average of those. stop_price and limit_price of an entry are its legs'.
    cause: why it exists, machine-readable: signal, stop, target, trailing_stop, window_end, by_hand; reason: in words.
    commission: fees the broker has booked for it so far, days later as a rule. profit_loss is on sells, net of
    commission; slippage is (fill - decision price) x side, a share.
    A leg (stop or target resting at the broker) has a parent, and carries its broker id once that is known.
    refusals: how often the broker said no to an exit that is wanted all the same.
    is_part: an exit of so many shares as a person asked for; the others stay held. Any other exit sells all there are.
    unprotected_at: since when an exit's shares have had no stop because of it; None while one rests.
    revived: it was thought dead and turned out to be at the broker, perhaps beside a newer order; it is cancelled.
    """

    class Status(models.TextChoices):
        PENDING = "pending"
        FILLED = "filled"
        CANCELLED = "cancelled"
        FAILED = "failed"

    bot = models.ForeignKey(Bot, on_delete=models.PROTECT, related_name="trades")
    version = models.ForeignKey(BotVersion, null=True, on_delete=models.PROTECT)
    tick = models.ForeignKey(Tick, null=True, blank=True, on_delete=models.PROTECT, related_name="trades")
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="trades")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="legs")
    symbol = models.CharField(max_length=16)
    type = models.CharField(max_length=4, choices=[("buy", "buy"), ("sell", "sell")])
    role = models.CharField(max_length=8, choices=[(role.value, role.value) for role in Role])
    quantity = models.DecimalField(max_digits=15, decimal_places=9)
    filled_quantity = models.DecimalField(max_digits=15, decimal_places=9, default=Decimal(0))
    booked_quantity = models.DecimalField(max_digits=15, decimal_places=9, default=Decimal(0))
    price = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    decision_price = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    stop_price = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    limit_price = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    timestamp = models.DateTimeField()
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.PENDING)
    state = models.CharField(max_length=16, choices=[(state.value, state.value) for state in OrderState])
    reason = models.CharField(max_length=600, blank=True)
    cause = models.CharField(max_length=40, blank=True)
    error = models.CharField(max_length=300, blank=True)
    indicators_snapshot = models.JSONField(default=dict)
    profit_loss = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    commission = models.DecimalField(max_digits=15, decimal_places=6, default=Decimal(0))
    slippage = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    client_order_id = models.CharField(max_length=64, unique=True)
    order_id = models.CharField(max_length=64, unique=True, null=True)
    request_key = models.CharField(max_length=100, unique=True, null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_found = models.PositiveSmallIntegerField(default=0)
    revived = models.BooleanField(default=False)
    send_after = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    cancel_requested_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    refusals = models.PositiveSmallIntegerField(default=0)
    is_part = models.BooleanField(default=False)
    unprotected_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = TradeQuerySet.as_manager()

    class Meta:
        ordering = ["-timestamp", "-id"]
        indexes = [
            models.Index(fields=["bot", "-timestamp"]),
            models.Index(fields=["symbol", "-timestamp"]),
            models.Index(fields=["-timestamp", "-id"]),
            models.Index(fields=["state"]),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="trade_quantity_positive"),
            models.CheckConstraint(condition=models.Q(filled_quantity__gte=0), name="trade_filled_not_negative"),
            models.UniqueConstraint(
                fields=["bot", "symbol"],
                condition=models.Q(role="entry", state__in=WORKING, revived=False),
                name="one_working_entry_a_symbol",
            ),
            models.UniqueConstraint(
                fields=["bot", "symbol"],
                condition=models.Q(role="exit", state__in=WORKING, revived=False),
                name="one_working_exit_a_symbol",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.quantity.normalize():f} {self.symbol} ({self.role})"

    @property
    def is_leg(self) -> bool:
        return self.parent_id is not None

    @property
    def remaining(self) -> Decimal:
        return self.quantity - self.filled_quantity


class Execution(models.Model):
    """A fill, booked once from the broker's FILL activity of that id. Dollars and shares."""

    trade = models.ForeignKey(Trade, on_delete=models.PROTECT, related_name="executions")
    activity_id = models.CharField(max_length=100, unique=True)
    quantity = models.DecimalField(max_digits=15, decimal_places=9)
    price = models.DecimalField(max_digits=15, decimal_places=6)
    profit_loss = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["at"])]
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0, price__gt=0), name="execution_is_possible")
        ]

    def __str__(self) -> str:
        return f"{self.quantity.normalize():f} at {self.price}"


# Stands for the order of shares that were given up for cash, a part of one at a split.
IN_CASH = "in cash"


class ForeignFill(models.Model):
    """A fill at the broker that no bot ordered: somebody traded by hand. Kept, so that all shares add up.

    symbol: of whatever can be traded there; an option's has 21 characters
    price: 0 where shares became more or fewer without a trade
    """

    activity_id = models.CharField(max_length=100, unique=True)
    order_id = models.CharField(max_length=64)
    symbol = models.CharField(max_length=32)
    side = models.CharField(max_length=4)
    quantity = models.DecimalField(max_digits=24, decimal_places=9)
    price = models.DecimalField(max_digits=18, decimal_places=6)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["symbol"])]

    def __str__(self) -> str:
        return f"{self.side} {self.quantity.normalize():f} {self.symbol} by hand"


class TradeNote(models.Model):
    """What a person noted about a trade; at is real time.

    tags: between bars, |news|late|, so that one of them is found in it
    """

    trade = models.OneToOneField(Trade, on_delete=models.PROTECT, related_name="note", primary_key=True)
    text = models.CharField(max_length=2000, blank=True)
    tags = models.CharField(max_length=240, blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.text[:40] or self.tags

    @property
    def tag_list(self) -> list[str]:
        return [tag for tag in self.tags.split("|") if tag]


class AccountCash(models.Model):
    """Money that came to the account or left it without a trade, as the broker's activity of that id tells it. Dollars.

    kind, sub_kind: as the broker calls it; at: when it was booked there; day: of what it is for, where that is told
    symbol, order_id: of what it is for, empty where it is for none
    quantity, per_share: of a dividend, the shares it is paid for and dollars for each
    attributed_at: real time since which its parts say whose it is; None while that is not known, and of money that
    people brought or took
    """

    activity_id = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=20)
    sub_kind = models.CharField(max_length=20, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=6)
    symbol = models.CharField(max_length=32, blank=True)
    order_id = models.CharField(max_length=64, blank=True)
    description = models.CharField(max_length=300, blank=True)
    quantity = models.DecimalField(max_digits=24, decimal_places=9, null=True)
    per_share = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    day = models.DateField(null=True)
    at = models.DateTimeField()
    attributed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "account cash"
        indexes = [models.Index(fields=["at"], name="account_cash_at")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} at {self.at:%Y-%m-%d %H:%M}"

    @property
    def of_day(self) -> date:
        """The New York day it is of; where that was not told, the one on which it was booked."""
        return self.day or self.at.astimezone(NEW_YORK).date()


class AccountMark(models.Model):
    """What the whole account was worth at a full minute of the market, as the broker said at `as_of`; dollars.

    What people have brought and taken is in it: `AccountCash` tells it apart. There is one for each minute in which it
    has changed; of days long over the last, the lowest and the highest are kept.
    """

    at = models.DateTimeField(unique=True)
    as_of = models.DateTimeField()
    equity = models.DecimalField(max_digits=18, decimal_places=6)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {self.equity}"


class CashPart(models.Model):
    """The part of such money that belongs to one bot (None: to no bot). The parts of an activity add up to it; dollars.

    trade: of which it is a fee; position: whose shares it was for, and whose result it belongs to
    """

    cash = models.ForeignKey(AccountCash, on_delete=models.PROTECT, related_name="parts")
    bot = models.ForeignKey(Bot, null=True, on_delete=models.PROTECT, related_name="cash_parts")
    trade = models.ForeignKey(Trade, null=True, on_delete=models.PROTECT, related_name="fees")
    position = models.ForeignKey(Position, null=True, on_delete=models.PROTECT, related_name="cash_parts")
    symbol = models.CharField(max_length=32, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=6)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["bot", "at"], name="cash_part_bot_at"),
            models.Index(fields=["at"], name="cash_part_at"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["cash", "position", "trade"], name="cash_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.cash_id} for {self.bot_id or 'no bot'}"
