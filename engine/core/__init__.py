"""The pure trading logic: no I/O, no clock, no Django."""
