"""Random bots on a random market, traded in lockstep by the real order path with the exchange in this process."""
