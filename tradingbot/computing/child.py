"""The process that computes: reads calls from its input, writes their results. `python -m tradingbot.computing.child`.

Knows nothing of settings or the database: what it is given are functions of `engine.core` and their arguments.
"""

import pickle
import select
import sys
import time

IDLE_SECONDS = 300.0


def main() -> None:
    """Answer calls until the input ends, or until nobody has called for a while: its memory is given back."""
    calls, answers = sys.stdin.buffer, sys.stdout.buffer
    # Whatever a library prints is no answer.
    sys.stdout = sys.stderr
    while select.select([calls], [], [], IDLE_SECONDS)[0]:
        try:
            function, arguments = pickle.load(calls)
        except EOFError:
            return
        began = time.process_time()
        try:
            found, error = function(*arguments), None
        except ValueError as refused:
            found, error = None, str(refused)
        pickle.dump((found, error, time.process_time() - began), answers)
        answers.flush()


if __name__ == "__main__":
    main()
