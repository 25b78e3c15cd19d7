"""The backtest: the live bot's own decisions over history, and the report of what they came to."""
