"""The front end's nginx on this machine, from its own template; `python -m tradingbot.testing_nginx` runs it alone."""

import contextlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from string import Template

BASE: Path = Path(__file__).resolve().parent.parent
NGINX_TEMPLATE = BASE / "frontend" / "nginx.conf.template"
START_SECONDS = 60.0


def nginx_start(
    room: Path, *, listen: int, backend: int | Sequence[int], num_proxies: int = 1
) -> "subprocess.Popen[bytes]":
    """Start it before one or more web processes of this machine; returns once it accepts connections.

    room: a directory of its own; listen, backend: ports; num_proxies: as the setting
    """
    backends = [backend] if isinstance(backend, int) else backend
    room.mkdir(parents=True, exist_ok=True)
    # The image's entrypoint replaces these names and no others.
    site = Template(NGINX_TEMPLATE.read_text()).safe_substitute(
        # Where there are several, the address in the template is a name with as many addresses.
        WEB_ADDRESS=";\n  server ".join(f"127.0.0.1:{port}" for port in backends),
        LISTEN_PORT=f"127.0.0.1:{listen}",
        PAGE_ROOT=str(BASE / "frontend" / "dist"),
        NUM_PROXIES=str(num_proxies),
    )
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {room}/{kind};" for kind in kinds)
    config = room / "nginx.conf"
    config.write_text(
        f"daemon off; user root; pid {room}/pid; error_log {room}/error.log; events {{}}\n"
        f"http {{ include /etc/nginx/mime.types; access_log off; {temporary}\n{site}\n}}\n"
    )
    process = subprocess.Popen(["nginx", "-c", str(config)], start_new_session=True)
    give_up = time.monotonic() + START_SECONDS
    while True:
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", listen)):
                return process
        if process.poll() is not None or time.monotonic() > give_up:
            raise RuntimeError(f"nginx did not start: {(room / 'error.log').read_text()[-2000:]}")
        time.sleep(0.02)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    listen, backend = (int(word) for word in sys.argv[1:3])
    with tempfile.TemporaryDirectory() as folder:
        running = nginx_start(Path(folder), listen=listen, backend=backend)
        try:
            with contextlib.suppress(KeyboardInterrupt):
                running.wait()
        finally:
            running.terminate()
            running.wait()
