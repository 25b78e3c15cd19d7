"""Logging in, whichever way: one limit, one line in the log."""
