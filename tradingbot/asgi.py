"""HTTP and WebSocket entry points."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradingbot.settings")

from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import WebsocketDenier  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from events.consumers import LiveConsumer  # noqa: E402
from web.origin import SameOrigin  # noqa: E402

# There is one; who asks for another is refused instead of making an error of it.
sockets = [path("ws", LiveConsumer.as_asgi()), re_path(r"", WebsocketDenier.as_asgi())]
application = ProtocolTypeRouter(
    {
        "http": django_application,
        "websocket": SameOrigin(AuthMiddlewareStack(URLRouter(sockets))),
    }
)
