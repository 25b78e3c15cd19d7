"""What is measured of trading. Times in real seconds; each process counts for itself."""

from prometheus_client import Counter, Histogram

QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

TICK_LAG = Histogram(
    "tradingbot_tick_lag_seconds", "From a tick's grid time to its beginning", buckets=(*QUICK, 30, 60)
)
TICKS = Counter("tradingbot_ticks_total", "Ticks of bots by what came of them", ["result"])
DECISION_TIME = Histogram(
    "tradingbot_decision_seconds", "Deciding about all symbols of one bot and committing it", buckets=QUICK
)
SIGNAL_TO_ORDER = Histogram(
    "tradingbot_signal_to_order_seconds", "From the committed decision to the broker's acknowledgement", buckets=QUICK
)
ORDERS = Counter("tradingbot_orders_total", "Orders sent by role and outcome", ["role", "outcome"])
FILLS = Counter("tradingbot_fills_booked_total", "Fills booked from the broker's activities")
SWEEP_TIME = Histogram("tradingbot_sweep_seconds", "One pass of the sweeper", buckets=QUICK)
