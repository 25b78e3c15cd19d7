"""What the bots hold, what it cost, and the money they have set aside."""

from decimal import Decimal

from django.db import models

from bots.models import Bot


class PositionQuerySet(models.QuerySet["Position"]):
    def held(self) -> "PositionQuerySet":
        return self.filter(is_open=True)


class Position(models.Model):
    """Shares of one symbol held by one bot, built only from that bot's own fills.

    Prices and money in dollars, quantity in shares; entry_price is the average cost. current_price is the last price
    stored with the position (a page shows the newest known one). highest_close counts since the entry.
    wanted_stop_price, wanted_target_price: where a person wants them, until the broker has moved them there;
    wanted_by: who; wanted_at: real time.
    closing_for: who wants all of it sold, asked for while a part was being sold; empty for nobody.
    """

    bot = models.ForeignKey(Bot, on_delete=models.PROTECT, related_name="positions")
    symbol = models.CharField(max_length=16)
    quantity = models.DecimalField(max_digits=15, decimal_places=9)
    entry_price = models.DecimalField(max_digits=15, decimal_places=6)
    current_price = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    stop_loss_price = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    take_profit_price = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    unrealized_pnl = models.DecimalField(max_digits=15, decimal_places=6, default=Decimal(0))
    realized_pnl = models.DecimalField(max_digits=15, decimal_places=6, default=Decimal(0))
    wanted_stop_price = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    wanted_target_price = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    wanted_by = models.CharField(max_length=150, blank=True, default="")
    wanted_at = models.DateTimeField(null=True)
    closing_for = models.CharField(max_length=150, blank=True, default="")
    highest_close = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    is_open = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    objects = PositionQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["bot", "is_open"]),
            models.Index(fields=["symbol", "is_open"]),
            models.Index(fields=["-opened_at"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["bot", "symbol"], condition=models.Q(is_open=True), name="one_open_position_a_symbol"
            ),
            models.CheckConstraint(condition=models.Q(quantity__gte=0), name="position_never_short"),
            models.CheckConstraint(
                condition=models.Q(is_open=True, quantity__gt=0) | models.Q(is_open=False, quantity=0),
                name="position_open_while_shares_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity.normalize():f} {self.symbol}"

    @property
    def cost(self) -> Decimal:
        return self.quantity * self.entry_price


class Split(models.Model):
    """A stock split that was taken over: `after` shares of the account, bots' and others, for `before`."""

    symbol = models.CharField(max_length=32)
    day = models.DateField()
    before = models.DecimalField(max_digits=24, decimal_places=9)
    after = models.DecimalField(max_digits=24, decimal_places=9)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["symbol", "day"], name="split_once")]

    def __str__(self) -> str:
        return f"{self.symbol} {self.day}: {self.after.normalize():f} for {self.before.normalize():f}"


class ShareChange(models.Model):
    """A position's shares became others without a trade, by a split or a merger: `after` of them for `before`.

    paid: the part of a share that is to be paid in cash besides, of the `account_paid` of the whole account
    cost: what that part had cost, dollars; a loss of the position until the cash has come
    at: market time from which on its trades are of the new shares
    """

    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="share_changes")
    before = models.DecimalField(max_digits=15, decimal_places=9)
    after = models.DecimalField(max_digits=15, decimal_places=9)
    paid = models.DecimalField(max_digits=15, decimal_places=9, default=Decimal(0))
    account_paid = models.DecimalField(max_digits=15, decimal_places=9, default=Decimal(0))
    cost = models.DecimalField(max_digits=15, decimal_places=6, default=Decimal(0))
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="share_change_at")]

    def __str__(self) -> str:
        return f"{self.position_id}: {self.after.normalize():f} for {self.before.normalize():f}"


class Rename(models.Model):
    """A stock that was taken over under another symbol: `after` shares of the account, bots' and others, for `before`.

    day: listed for, a New York day; at: market time of the take-over; by: who said so, empty where the broker lists it
    """

    old = models.CharField(max_length=32)
    new = models.CharField(max_length=32)
    day = models.DateField()
    before = models.DecimalField(max_digits=24, decimal_places=9)
    after = models.DecimalField(max_digits=24, decimal_places=9)
    at = models.DateTimeField()
    by = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["old"])]
        constraints = [models.UniqueConstraint(fields=["old", "new", "day"], name="rename_once")]

    def __str__(self) -> str:
        return f"{self.old} is {self.new} since {self.day}"


class BotResult(models.Model):
    """A bot's realised results so far, dollars: kept as a sum, so that a tick need not add it up."""

    bot = models.OneToOneField(Bot, on_delete=models.PROTECT, related_name="result", primary_key=True)
    realized_pnl = models.DecimalField(max_digits=15, decimal_places=6, default=Decimal(0))
    closed_positions = models.PositiveIntegerField(default=0)
    won_positions = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.bot_id}: {self.realized_pnl}"


class EquityMark(models.Model):
    """What a bot had gained at a full minute of the market, realised and not, at the newest prices; dollars.

    There is one for each minute in which it held something, and one when that has ended. Without its capital: an edit
    of that is no gain. Of days long over the last, the lowest and the highest are kept.
    """

    bot = models.ForeignKey(Bot, on_delete=models.PROTECT, related_name="equity_marks")
    at = models.DateTimeField()
    result = models.DecimalField(max_digits=15, decimal_places=6)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bot", "at"], name="equity_mark_once")]

    def __str__(self) -> str:
        return f"{self.bot_id} {self.at:%Y-%m-%d %H:%M}: {self.result}"


class CashEntry(models.Model):
    """Money that moved in a bot's account: a purchase is negative. Dollars."""

    bot = models.ForeignKey(Bot, on_delete=models.PROTECT, related_name="cash_entries")
    activity_id = models.CharField(max_length=100, unique=True)
    amount = models.DecimalField(max_digits=15, decimal_places=6)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "cash entries"
        indexes = [models.Index(fields=["bot", "at"])]

    def __str__(self) -> str:
        return f"{self.amount} at {self.at:%Y-%m-%d %H:%M}"


class Reservation(models.Model):
    """Money an entry order may still spend; gone once its fills are booked or it has ended. Dollars."""

    client_order_id = models.CharField(max_length=64, primary_key=True)
    bot = models.ForeignKey(Bot, on_delete=models.PROTECT, related_name="reservations")
    amount = models.DecimalField(max_digits=15, decimal_places=6)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount__gte=0), name="reservation_not_negative")]

    def __str__(self) -> str:
        return f"{self.client_order_id}: {self.amount}"
