"""How many shares an entry buys."""

from decimal import Decimal

from engine.core.config import BotConfig
from engine.core.money import whole_shares
from engine.core.types import AccountState


def entry_quantity(config: BotConfig, account: AccountState, price: Decimal) -> Decimal:
    """Return how many whole shares an entry buys at `price` dollars.

    The position limit, the room to buy and the account's buying power each bound it.
    """
    allowance = min(config.risk_management.max_position_size * config.capital, account.room, account.buying_power)
    return whole_shares(allowance, price)
