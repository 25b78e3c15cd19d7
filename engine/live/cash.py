"""Fees, dividends, interest and cash for parts of shares: read from the broker and booked to whom they belong to."""

import logging
from datetime import timedelta

from django.db.models import F

from engine.brokers.errors import BrokerError
from engine.brokers.port import Broker
from engine.brokers.values import DividendListed
from engine.live.fills import fills_collect
from engine.live.steps import each
from engine.services import DIFFERS_FOR
from marketdata.clock import market_now, real_now
from notifications.services import alert_begin, alert_end
from positions.services import ConcurrentBooking
from trades.account_cash import TRANSFERS, account_cash_newest, account_cash_store
from trades.cash_booking import cash_attribute
from trades.cash_owners import PAID_NEAR, NotKnownYet, cash_claims, is_dividend
from trades.models import AccountCash, Trade

log = logging.getLogger(__name__)

# Market time. Activities turn up days later than they are of.
LOOK_BACK = timedelta(days=10)
# For so long whose it is may not be known without anybody having to do with it.
TOLD_AFTER = timedelta(days=3)
NOT_ATTRIBUTED = "cash not attributed"


def cash_collect(broker: Broker) -> int:
    """Keep what came or went without a trade; how much was new. Raises BrokerError."""
    now = market_now()
    newest = account_cash_newest()
    # A time to come would hide what is before it.
    return account_cash_store(broker.cash_since(min(newest or now, now) - LOOK_BACK), now=now)


def cash_book_all(broker: Broker) -> None:
    """Book to the bots what is theirs of it, as far as that is known. Raises BrokerError."""
    left = AccountCash.objects.filter(attributed_at=None).exclude(kind__in=TRANSFERS)
    if not left.exists():
        return
    # By what was traded and held then: every fill is booked before.
    fills_collect(broker)
    moving = Trade.objects.may_still_move(real_now() - DIFFERS_FOR)
    if moving.filter(filled_quantity__gt=F("booked_quantity")).exists():
        return
    each(left.order_by("at", "pk"), lambda cash: _book(cash, broker))


def _book(cash: AccountCash, broker: Broker) -> None:
    now = market_now()
    try:
        claims = cash_claims(cash, now, _listed(cash, broker))
    except NotKnownYet as unknown:
        if now - cash.at > TOLD_AFTER:
            _tell(cash, str(unknown))
        return
    try:
        cash_attribute(cash, claims, now=real_now())
    except ConcurrentBooking as conflict:
        log.info("%s is booked at the next look: %s", cash, conflict)
        return
    alert_end(kind=NOT_ATTRIBUTED, key=cash.activity_id, words=f"the {cash.kind} of {cash.symbol} is booked")


def _listed(cash: AccountCash, broker: Broker) -> list[DividendListed]:
    """The dividends of its stock about then, where it is one."""
    if not is_dividend(cash):
        return []
    try:
        return broker.dividends_listed(cash.symbol, cash.of_day - PAID_NEAR, cash.of_day + PAID_NEAR)
    except BrokerError as error:
        log.info("dividends of %s are not listed: %s", cash.symbol, error)
        return []


def _tell(cash: AccountCash, why: str) -> None:
    what = f"{cash.kind} of ${cash.amount:.2f} for {cash.symbol or 'the account'} is in no bot's books: {why}. "
    what += f"Say whose it is: manage.py assigncash {cash.activity_id} --ex-day DAY, --bot NAME or --nobody"
    alert_begin(kind=NOT_ATTRIBUTED, key=cash.activity_id, words=what, level="warning", symbol=cash.symbol or None)
