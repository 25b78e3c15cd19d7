"""Adapters to brokers, and the port through which the engine speaks to any of them."""
