"""The one place where a password is compared: the page, tokens and the admin all come by here."""

import logging
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from rest_framework.exceptions import Throttled

from tradingbot.logins.rations import account_key, address_of, now_real, rations_of

log = logging.getLogger(__name__)


class TooManyLogins(Throttled):
    """Whoever tries to log in has to wait; `wait` says how many seconds."""

    default_detail = "Too many attempts to log in."
    wait: int


class LimitedBackend(ModelBackend):
    """Django's own, within rations, and with a line in the log for each attempt."""

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **others: Any
    ) -> User | None:
        """Raises TooManyLogins before anything is compared."""
        if username is None or password is None:
            return None
        rations = rations_of(request, username)
        for ration in rations:
            over, wait = ration.take(now_real())
            if over > 0:
                if over == 1:
                    # The rest of them would fill the log.
                    log.warning("too many attempts to log in, %s, of one %s", _who(request, username), ration.kind)
                raise TooManyLogins(wait)
        user = super().authenticate(request, username=username, password=password, **others)
        if user is None:
            log.warning("not logged in: %s", _who(request, username))
            return None
        for ration in rations:
            ration.give_back()
        log.info("logged in: %s", _who(request, username))
        if request is not None:
            # REST framework's request wraps the one that the middleware sees.
            getattr(request, "_request", request).logged_in_account = account_key(username)
        return user

    async def aauthenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **others: Any
    ) -> User | None:
        # ModelBackend's own would pass by the rations.
        return await sync_to_async(self.authenticate)(request, username, password, **others)


def _who(request: Any, username: str) -> str:
    """What nobody is called may be a password in the wrong field: it is not logged."""
    known = get_user_model().objects.filter(username=username).exists() if "\0" not in username else False
    name = repr(username) if known else "an unknown name"
    return f"{name} from {address_of(request)} at {request.path}" if request is not None else name
