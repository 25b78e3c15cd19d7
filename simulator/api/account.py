"""GET /v2/account and its configurations."""

from decimal import Decimal

from simulator.api.http import Request, Response
from simulator.buying_power import buying_power, gross_value
from simulator.sessions import NEW_YORK
from simulator.simulation import Simulation
from simulator.text import money, time_text

_REGULATION_T = 2  # what may be bought overnight for each dollar of equity, on margin
_MAINTENANCE = Decimal("0.3")


def get_account(simulation: Simulation, request: Request) -> Response:
    exchange = simulation.exchange
    ledger, equity, available = exchange.ledger, exchange.equity(), buying_power(exchange)
    closed = exchange.calendar.index_closed(exchange.now.timestamp())
    multiplier = exchange.settings.multiplier
    gross = gross_value(exchange)
    long, short = (equity - ledger.cash + gross) / 2, (equity - ledger.cash - gross) / 2
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
            "multiplier": str(multiplier),
            "initial_margin": money(gross / min(multiplier, _REGULATION_T)),
            "maintenance_margin": money(gross if multiplier == 1 else gross * _MAINTENANCE),
            "last_maintenance_margin": "0",
            "long_market_value": money(long),
            "short_market_value": money(short),
            "position_market_value": money(gross),
            "sma": "0",
            "accrued_fees": "0",
            "pending_reg_taf_fees": "0",
            "intraday_adjustments": "0",
            "bod_dtbp": "0",
            "shorting_enabled": not exchange.settings.no_shorting and multiplier > 1,
            "trading_blocked": exchange.restrictions.account == "not_authorized",
            "account_blocked": False,
            "transfers_blocked": False,
            "trade_suspended_by_user": exchange.settings.suspend_trade,
            "created_at": time_text(exchange.opened_at),
        }
    )


def get_configurations(simulation: Simulation, request: Request) -> Response:
    return Response(body=simulation.exchange.settings.to_record())


def change_configurations(simulation: Simulation, request: Request) -> Response:
    exchange = simulation.exchange
    exchange.set_settings(exchange.settings.changed(request.json()))
    return Response(body=exchange.settings.to_record())


def today_pnl_base(simulation: Simulation, symbol: str) -> Decimal | None:
    """The last price of the session before the running one, in dollars."""
    exchange = simulation.exchange
    day = exchange.now.astimezone(NEW_YORK).date()
    index = exchange.calendar.index_on_or_before(day)
    if index >= 0 and exchange.calendar.days[index] == day:
        index -= 1
    close = exchange.market.close_of(symbol, index)
    if close is None:
        return None
    factor = exchange.market.split_factor(symbol, index, exchange.calendar.index_opened(exchange.now.timestamp()))
    return Decimal(repr(close)) * factor.denominator / factor.numerator
