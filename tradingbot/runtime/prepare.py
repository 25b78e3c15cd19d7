"""What must be there before anything trades: the market's symbols, history to look at, books that agree."""

import time
from datetime import timedelta

from bots.models import Bot
from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerUnauthorized, BrokerUnavailable
from engine.live.bars import bots_warm_up
from engine.services import is_due
from marketdata.clock import market_now, real_now
from marketdata.services import symbols_store

SYMBOLS_READ_EVERY = timedelta(hours=24)
ASK_AGAIN_AFTER = 0.5


def broker_wait(seconds: float) -> None:
    """Return once the broker tells the time. Raises BrokerUnavailable after that many real seconds."""
    give_up = time.monotonic() + seconds
    while True:
        try:
            broker_connect().clock()
        except BrokerUnauthorized:
            # It answers; that it does so unwillingly is said by whoever reads the account.
            return
        except BrokerUnavailable:
            if time.monotonic() > give_up:
                raise
            time.sleep(ASK_AGAIN_AFTER)
        else:
            return


def symbols_read() -> int:
    """Take over the broker's list of symbols; how many. Raises BrokerError."""
    return symbols_store(broker_connect().assets())


def symbols_read_daily() -> None:
    """The list changes as companies come and go. Raises BrokerError."""
    if is_due("symbols", now=real_now(), every=SYMBOLS_READ_EVERY):
        symbols_read()


def history_read() -> None:
    """The bars that the bots' indicators need. Raises BrokerError."""
    bots_warm_up(Bot.objects.existing(), market_now())
