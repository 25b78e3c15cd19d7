"""GET /v2/account and its configurations."""

from decimal import Decimal

from simulator.api.http import Request, Response
from simulator.buying_power import buying_power
from simulator.sessions import NEW_YORK
from simulator.simulation import Simulation
from simulator.text import money, time_text


def get_account(simulation: Simulation, request: Request) -> Response:
    exchange = simulation.exchange
    ledger, equity, available = exchange.ledger, exchange.equity(), buying_power(exchange)
    closed = exchange.calendar.index_closed(exchange.now.timestamp())
    worth = money(equity - ledger.cash)
    return Response(
        body={
            "id": exchange.ids.named("account"),
            "admin_configurations": {},
            "user_configurations": None,
            "account_number": simulation.account_number,
            "status": "ACTIVE",
            "crypto_status": "INACTIVE",
            "currency": "USD",
            "cash": money(ledger.cash),
            "portfolio_value": money(equity),
            "equity": money(equity),
            "last_equity": money(ledger.last_equity),
            "balance_asof": exchange.calendar.days[max(0, closed)].isoformat(),
            "buying_power": money(available),
            "regt_buying_power": money(available),
            "effective_buying_power": money(available),
            "non_marginable_buying_power": money(available),
            "options_buying_power": "0",
            "options_approved_level": 0,
            "options_trading_level": 0,
            "multiplier": "1",
            "initial_margin": worth,
            "maintenance_margin": worth,
            "last_maintenance_margin": "0",
            "long_market_value": worth,
            "short_market_value": "0",
            "position_market_value": worth,
            "sma": "0",
            "accrued_fees": "0",
            "pending_reg_taf_fees": "0",
            "intraday_adjustments": "0",
            "bod_dtbp": "0",
            "shorting_enabled": False,
            "trading_blocked": False,
            "account_blocked": False,
            "transfers_blocked": False,
            "trade_suspended_by_user": False,
            "created_at": time_text(exchange.opened_at),
        }
    )


def get_configurations(simulation: Simulation, request: Request) -> Response:
    return Response(
        body={
            "disable_overnight_trading": False,
            "fractional_trading": True,
            "max_margin_multiplier": "1",
            "no_shorting": True,
            "suspend_trade": False,
            "trade_confirm_email": "none",
            "ptp_no_exception_entry": False,
            "max_options_trading_level": 0,
        }
    )


def today_pnl_base(simulation: Simulation, symbol: str) -> Decimal | None:
    """The last price of the session before the running one, in dollars."""
    exchange = simulation.exchange
    day = exchange.now.astimezone(NEW_YORK).date()
    index = exchange.calendar.index_on_or_before(day)
    if index >= 0 and exchange.calendar.days[index] == day:
        index -= 1
    close = exchange.market.close_of(symbol, index)
    return None if close is None else Decimal(repr(close))
