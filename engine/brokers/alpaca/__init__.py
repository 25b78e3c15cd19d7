"""Alpaca, and the bundled exchange, which speaks its language."""
