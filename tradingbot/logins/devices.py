"""A signed cookie that a browser gets when it has logged in, and by which it is known the next time.

It lets nobody in. It only says which ration of attempts to log in a browser has.
"""

import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpResponse

COOKIE = "device"
SALT = "tradingbot.logins.devices"
LASTS = 365 * 24 * 3600


def device_of(request: Any, account: str) -> str | None:
    """The browser's own number, where it has logged in to this account within a year."""
    try:
        known, number = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(number) if known == account else None


def device_remember(response: HttpResponse, account: str) -> None:
    response.set_cookie(
        COOKIE,
        signing.dumps([account, secrets.token_hex(8)], salt=SALT),
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
