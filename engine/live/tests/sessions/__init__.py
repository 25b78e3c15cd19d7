"""Sessions of the real order path against the real exchange's code, in one process and on a clock of their own.

Everything that can go wrong between the two goes wrong as the seed says: answers are lost, late or errors, a process is
killed at a call or a failpoint, another worker runs in the middle of everything, hints come twice, late or never.
"""
