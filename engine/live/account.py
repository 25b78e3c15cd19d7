"""The broker's account: read often enough to size orders by, and its troubles made known."""

import logging
from datetime import timedelta

from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerError, BrokerUnauthorized
from engine.brokers.port import Broker
from engine.live.bot_view import market_now_if_known
from engine.live.cash import cash_collect
from engine.live.moved import marks_now
from engine.models import BrokerAccount
from engine.services import account_error, account_note, broker_account
from marketdata.clock import real_now

log = logging.getLogger(__name__)

READ_AGAIN_AFTER = timedelta(seconds=30)
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
    ours = account_note(info, now=real_now(), marks=marks_now(market_now_if_known()))
    if ours and info.cash != before:
        # What came or went without a trade is not taken for a result.
        try:
            cash_collect(broker)
        except BrokerError as error:
            log.info("what moved the account's money was not read: %s", error)
    return ours


def account_snapshot() -> BrokerAccount:
    """The account as last read; read again when that was a while ago."""
    account = broker_account()
    if account.read_at is None or real_now() - account.read_at > READ_AGAIN_AFTER:
        account_refresh()
        account = broker_account()
    return account
