"""The broker's account: read often enough to size orders by, and its troubles made known."""

import logging
from datetime import timedelta

from engine.brokers.connect import broker_connect
from engine.brokers.port import Broker, BrokerError, BrokerUnauthorized
from engine.models import BrokerAccount
from engine.services import account_error, account_note, broker_account
from marketdata.clock import market_now, real_now
from trades.account_cash import account_cash_newest, account_cash_store

log = logging.getLogger(__name__)

READ_AGAIN_AFTER = timedelta(seconds=30)
# Activities turn up days later than they are of.
LOOK_BACK = timedelta(days=10)
# While it may not trade.
LOOK_AGAIN_AFTER = timedelta(seconds=5)


def account_refresh(broker: Broker | None = None) -> bool:
    """Read the account now; whether that succeeded and it is ours. While the keys are refused everything waits."""
    try:
        broker = broker or broker_connect()
        info = broker.account()
    except BrokerUnauthorized as error:
        account_error(str(error), unauthorized=True)
        return False
    except BrokerError as error:
        # One lost answer is no news; that the snapshot grows old is what stops entries.
        log.info("the account was not read: %s", error)
        return False
    before = broker_account().cash
    ours = account_note(info, now=real_now())
    if ours and info.cash != before:
        _cash_collect(broker)
    return ours


def _cash_collect(broker: Broker) -> None:
    """The money has changed: read what came or went without a trade, so that none of it is taken for a result."""
    newest = account_cash_newest()
    try:
        since = (newest or market_now()) - LOOK_BACK
        account_cash_store(broker.cash_since(since))
    except BrokerError as error:
        log.info("what moved the account's money was not read: %s", error)


def account_snapshot() -> BrokerAccount:
    """The account as last read; read again when that was a while ago."""
    account = broker_account()
    if account.read_at is None or real_now() - account.read_at > READ_AGAIN_AFTER:
        account_refresh()
        account = broker_account()
    return account
