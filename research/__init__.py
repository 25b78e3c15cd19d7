"""Backtests that people ask for over HTTP or in a shell."""
