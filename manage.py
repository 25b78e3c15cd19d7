#!/usr/bin/env python
"""The command line of tradingbot: `manage.py up` starts the whole product."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradingbot.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as wrong:
        # A wrong setting is the user's to mend: one line that says how, no traceback.
        sys.exit(f"Settings: {wrong}")


if __name__ == "__main__":
    main()
