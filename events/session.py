"""Who is behind a socket, looked up again while it is open."""

from importlib import import_module
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest


@database_sync_to_async
def is_logged_in(scope: dict[str, Any]) -> bool:
    """Whether a request with the same cookie would be one of the same person now.

    Read anew each time: the session and the user of the scope are those of the handshake. It is False after a logout,
    an expiry, a new password, and for whoever is deactivated or deleted.
    """
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(scope["session"].session_key)
    user = get_user(request)
    return user.is_authenticated and user.pk == scope["user"].pk
