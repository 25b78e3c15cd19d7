#!/usr/bin/env python
"""The command line of tradingbot: `manage.py up` starts the whole product."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradingbot.settings")
    if "--data" in sys.argv[2:-1]:
        # A setting, and settings are read once: a command that learns of it later has to begin again.
        os.environ["DATA_DIR"] = os.path.abspath(sys.argv[sys.argv.index("--data") + 1])
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as wrong:
        # A wrong setting is the user's to mend: one line that says how, no traceback.
        sys.exit(f"Settings: {wrong}")


if __name__ == "__main__":
    main()
