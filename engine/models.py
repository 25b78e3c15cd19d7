"""What the engine remembers: ticks, decisions, halts, the broker's account, differences."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import models

from bots.models import Bot, BotVersion


def install_mark() -> str:
    """Tells this installation's orders from any other's on the same account."""
    return secrets.token_hex(3)


class Tick(models.Model):
    """A tick that led to something; idle ticks are only counted on the bot. scheduled_for is its grid time."""

    bot = models.ForeignKey(Bot, on_delete=models.PROTECT, related_name="ticks")
    version = models.ForeignKey(BotVersion, on_delete=models.PROTECT)
    scheduled_for = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bot", "scheduled_for"], name="tick_once")]

    def __str__(self) -> str:
        return f"{self.bot_id} at {self.scheduled_for:%Y-%m-%d %H:%M:%S}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    def matching(
        self,
        *,
        bots: Sequence[int] = (),
        symbols: Sequence[str] = (),
        version: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        **exactly: str | None,
    ) -> "DecisionQuerySet":
        """Of these bots and symbols, made at or after `since` and before `until`; action and reason as given."""
        found = self.filter(**{name: value for name, value in exactly.items() if value})
        found = found.filter(bot__in=bots) if bots else found
        found = found.filter(symbol__in=symbols) if symbols else found
        found = found.filter(version__number=version) if version is not None else found
        found = found.filter(last_at__gte=since) if since else found
        return found.filter(first_at__lt=until) if until else found


class Decision(models.Model):
    """What a bot decided about a symbol and why, with every input.

    Equal consecutive outcomes are one row: `count` of them between first_at and last_at, both grid times.
    """

    bot = models.ForeignKey(Bot, on_delete=models.PROTECT, related_name="decisions")
    version = models.ForeignKey(BotVersion, on_delete=models.PROTECT)
    symbol = models.CharField(max_length=16)
    action = models.CharField(max_length=8)
    reason = models.CharField(max_length=40)
    sentence = models.CharField(max_length=600)
    bar_end = models.DateTimeField(null=True)
    values = models.JSONField(default=dict)
    votes = models.JSONField(default=dict)
    checks = models.JSONField(default=list)
    count = models.PositiveBigIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    objects = DecisionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["bot", "symbol", "-id"]), models.Index(fields=["bot", "-last_at", "-id"])]

    def __str__(self) -> str:
        return f"{self.bot_id} {self.symbol}: {self.action} ({self.reason})"


class Halt(models.Model):
    """Entries are off, for one bot or for all (bot is null), until cleared.

    close_positions: while it stands whatever is held is sold, too; flat_at: when nothing was left, real time
    """

    bot = models.ForeignKey(Bot, null=True, blank=True, on_delete=models.PROTECT, related_name="halts")
    reason = models.CharField(max_length=300)
    set_by = models.CharField(max_length=150)
    set_at = models.DateTimeField(auto_now_add=True)
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.CharField(max_length=150, blank=True)
    close_positions = models.BooleanField(default=False, help_text="Sell whatever is held while the halt stands")
    flat_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["cleared_at"])]

    def __str__(self) -> str:
        return f"{self.bot or 'all bots'}: {self.reason}"


class BrokerAccount(models.Model):
    """The one account this database trades on, and what the broker last said of it. Dollars; read_at and
    unreachable_since are real time.

    marks: prices and fills known when it was read (`engine.live.moved`); what came since moves it on.
    error: why nothing is sent, empty while it may be. unauthorized: the keys were refused. foreign: they are for
    another account than this database's; then nothing is booked, either.
    install marks this installation's order ids. recovered_at: when the books last agreed with the broker's in this
    run of the product; no bot trades before that. fills_booked_until is market time. status_told: what the
    page was last told of the market. decisions_kept_since: of those before it, market time, only what led to orders is
    left.
    """

    install = models.CharField(max_length=6, default=install_mark)
    account_number = models.CharField(max_length=40, blank=True)
    equity = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    last_equity = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    cash = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    buying_power = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    read_at = models.DateTimeField(null=True)
    marks = models.JSONField(default=dict)
    recovered_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)
    unauthorized = models.BooleanField(default=False)
    foreign = models.BooleanField(default=False)
    unreachable_since = models.DateTimeField(null=True)
    fills_booked_until = models.DateTimeField(null=True)
    status_told = models.JSONField(default=dict)
    decisions_kept_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_broker_account")]

    def __str__(self) -> str:
        return self.account_number or "not connected yet"


class Difference(models.Model):
    """The bots' shares of a symbol and the broker's do not agree; both numbers are kept until they do again.

    While one is open the symbol is only reduced. told: it lasted, and people know; what the broker says of shares may
    be minutes behind what it says of orders. symbol: of whatever the account holds; an option's has 21 characters
    """

    symbol = models.CharField(max_length=32)
    ours = models.DecimalField(max_digits=24, decimal_places=9)
    unassigned = models.DecimalField(max_digits=24, decimal_places=9, default=0)
    brokers = models.DecimalField(max_digits=24, decimal_places=9)
    told = models.BooleanField(default=False)
    found_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["symbol"], condition=models.Q(resolved_at=None), name="one_open_difference_a_symbol"
            )
        ]

    def __str__(self) -> str:
        return f"{self.symbol}: {self.ours} here, {self.brokers} at the broker"


class UnreadRow(models.Model):
    """Something the broker sent that cannot be read, as it came; real time.

    kind: what it should be; key: its id there, or a digest of it; raw: JSON
    symbol, order_id: what it is about, empty where it does not say
    """

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=100)
    why = models.CharField(max_length=300)
    raw = models.TextField()
    symbol = models.CharField(max_length=32, blank=True)
    order_id = models.CharField(max_length=100, blank=True)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="unread_row_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.why}"


class Pulse(models.Model):
    """A sign of life of a part of the product; real time.

    at: when it last did what it is there for; failing_since, why: since when it cannot, None while it can
    """

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    why = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.why or self.at}"


class Lease(models.Model):
    """Who does a job that must not be done twice at once; real time."""

    name = models.CharField(max_length=40, primary_key=True)
    holder = models.CharField(max_length=80)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.holder}"
