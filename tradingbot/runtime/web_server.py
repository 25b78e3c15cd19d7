"""daphne, with an end to what it keeps for a client that does not read."""

# Installs the reactor; must come before anything else that touches Twisted.
from daphne.server import Server  # isort: skip

import logging
from typing import Any

# Of one connection, in bytes, beyond what the system itself keeps of it. A page's largest burst is a replay of a
# thousand events, about half of this.
UNREAD_AT_MOST = 1_000_000

log = logging.getLogger(__name__)


class WebServer(Server):
    """daphne writes whatever it is given into the transport, which keeps it in memory until the client reads."""

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.send" and unread_bytes(protocol.transport) > UNREAD_AT_MOST:
            log.info("a socket was ended: its page does not read")
            # Not closed politely: the farewell would wait behind what is not read.
            protocol.transport.abortConnection()
            return
        await super().handle_reply(protocol, message)


def unread_bytes(transport: Any) -> int:
    """What waits in a transport of Twisted's; there is no public word for it."""
    return len(transport.dataBuffer) - transport.offset + transport._tempDataLen
