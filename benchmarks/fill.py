"""`python -m benchmarks.fill 100000`: so many trades in the database of the environment, as years of trading leave."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradingbot.settings")

import random
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import django

SYMBOLS = ("AAPL", "MSFT", "GOOGL", "SPY", "QQQ", "AMZN", "NVDA", "TSLA", "META", "JPM")
BATCH = 2000
LAST = datetime(2026, 5, 29, 19, 0, tzinfo=UTC)


def fill(trades: int) -> None:
    """Half of them entries, half exits, over the year before the demo's market begins; each filled once."""
    from bots.models import Bot
    from bots.services import bot_create
    from positions.models import BotResult, Position
    from trades.models import Execution, Trade

    rng = random.Random(7)
    risk = {"stop_loss": 0.02}
    config = {"capital": 100_000, "symbols": ["AAPL"], "indicators": {"RSI": {}}, "risk_management": risk}
    bots: list[Bot] = [bot_create(data=config | {"name": f"Years of trading {number}"}) for number in range(1, 6)]
    realized = dict.fromkeys((bot.pk for bot in bots), Decimal(0))
    rounds = trades // 2
    for start in range(0, rounds, BATCH):
        pairs, positions = [], []
        for number in range(start, min(start + BATCH, rounds)):
            bot, symbol = bots[number % len(bots)], SYMBOLS[number % len(SYMBOLS)]
            opened = LAST - timedelta(days=365) * (1 - number / rounds)
            closed = opened + timedelta(minutes=rng.randint(5, 200))
            price = Decimal(rng.randint(5_000, 50_000)) / 100
            gain = Decimal(rng.randint(-300, 320)) / 100
            realized[bot.pk] += gain * 10
            common: dict[str, Any] = {
                "bot": bot,
                "symbol": symbol,
                "quantity": 10,
                "filled_quantity": 10,
                "booked_quantity": 10,
            }
            common |= {"status": "filled", "state": "filled", "attempts": 1}
            entry = Trade(
                type="buy", role="entry", price=price, timestamp=opened, client_order_id=f"fill-{number}-e", **common
            )
            left = Trade(
                type="sell",
                role="exit",
                price=price + gain,
                profit_loss=gain * 10,
                timestamp=closed,
                client_order_id=f"fill-{number}-x",
                **common,
            )
            pairs += [entry, left]
            positions.append(
                Position(
                    bot=bot,
                    symbol=symbol,
                    quantity=0,
                    entry_price=price,
                    current_price=price + gain,
                    realized_pnl=gain * 10,
                    opened_at=opened,
                    closed_at=closed,
                    is_open=False,
                )
            )
        Trade.objects.bulk_create(pairs, batch_size=500)
        Position.objects.bulk_create(positions, batch_size=500)
        Execution.objects.bulk_create(
            (
                Execution(
                    trade=trade,
                    activity_id=f"fill-{trade.client_order_id}",
                    quantity=10,
                    price=trade.price or Decimal(0),
                    profit_loss=trade.profit_loss,
                    at=trade.timestamp,
                )
                for trade in pairs
            ),
            batch_size=500,
        )
    for bot in bots:
        BotResult.objects.create(bot=bot, realized_pnl=realized[bot.pk], closed_positions=rounds // len(bots))


if __name__ == "__main__":
    django.setup()
    fill(int(sys.argv[1]))
