"""What is known of the market: symbols, closed bars, and how far the bars are confirmed."""

from django.db import models


class Symbol(models.Model):
    """A stock or ETF as the broker lists it."""

    symbol = models.CharField(max_length=16, primary_key=True)
    name = models.CharField(max_length=200, blank=True)
    exchange = models.CharField(max_length=16, blank=True)
    tradable = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["symbol"]

    def __str__(self) -> str:
        return self.symbol


class Bar(models.Model):
    """A closed bar of the regular session. Prices in dollars, volume in shares, `start` its left edge in UTC.

    Bots look at 1Min and 1Day; what lies between they build from the minutes, whatever a person imported of it.
    """

    symbol = models.CharField(max_length=16)
    timeframe = models.CharField(max_length=8)
    start = models.DateTimeField()
    open = models.DecimalField(max_digits=15, decimal_places=6)
    high = models.DecimalField(max_digits=15, decimal_places=6)
    low = models.DecimalField(max_digits=15, decimal_places=6)
    close = models.DecimalField(max_digits=15, decimal_places=6)
    volume = models.DecimalField(max_digits=20, decimal_places=4)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["symbol", "timeframe", "start"], name="bar_once"),
            models.CheckConstraint(
                condition=models.Q(low__gt=0, high__gte=models.F("low"), volume__gte=0), name="bar_is_possible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.timeframe} {self.start:%Y-%m-%d %H:%M}"


class Coverage(models.Model):
    """How far the bars of a symbol are confirmed complete, by REST or by an unbroken stream.

    A minute without trades is no gap: what counts is that somebody who would know was asked.
    """

    symbol = models.CharField(max_length=16)
    timeframe = models.CharField(max_length=8)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        verbose_name_plural = "coverage"
        constraints = [models.UniqueConstraint(fields=["symbol", "timeframe"], name="coverage_once")]

    def __str__(self) -> str:
        return f"{self.symbol} {self.timeframe} until {self.until:%Y-%m-%d %H:%M}"


class MarketDay(models.Model):
    """A New York day of which the broker says something else than the library: its hours, or none on a closed day.

    by_clock: said by its clock on the day itself, which is believed over its calendar
    """

    day = models.DateField(primary_key=True)
    open = models.DateTimeField(null=True)
    close = models.DateTimeField(null=True)
    by_clock = models.BooleanField(default=False)
    told_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.day}: {self.open} to {self.close}" if self.open else f"{self.day}: closed"
