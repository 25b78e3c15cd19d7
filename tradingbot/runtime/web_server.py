"""daphne, with an end to what it keeps for a client that does not read, and a farewell."""

# Installs the reactor; must come before anything else that touches Twisted.
from daphne.server import Server  # isort: skip

import logging
from typing import Any

from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import defer, reactor, task

# Of one connection, in bytes, beyond what the system itself keeps of it. A page's largest burst is a replay of a
# thousand events, about half of this.
UNREAD_AT_MOST = 1_000_000
# Real seconds for the last frames to leave.
CLOSE_SECONDS = 0.2
GOING_AWAY = 1001
APPLICATION = "application_instance"

log = logging.getLogger(__name__)


class WebServer(Server):
    """Ends a socket that does not read, and tells every open one when it goes away (1001): the page comes back at once.

    daphne writes whatever it is given into the transport, which keeps it in memory until the client reads.
    """

    connections: dict[Any, dict[str, Any]]

    def kill_all_applications(self) -> defer.Deferred[Any]:
        sockets = [each for each in self.connections if isinstance(each, WebSocketProtocol)]
        for socket in sockets:
            if socket.state == WebSocketProtocol.STATE_OPEN:
                # Its sendClose refuses this code as none that an application may send.
                socket.sendCloseFrame(code=GOING_AWAY, isReply=False)
        # Those of requests that became sockets have none, at which daphne 4.2.3 stumbles and kills nobody.
        self.connections = {each: details for each, details in self.connections.items() if details.get(APPLICATION)}
        ended = super().kill_all_applications()
        if not sockets:
            return ended
        return defer.DeferredList([ended, task.deferLater(reactor, CLOSE_SECONDS)])

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
