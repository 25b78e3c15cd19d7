"""The services as containers of the images, confined as docker-compose.yml has them; databases are this machine's.

CONTAINER_RUN says how a container is run where that is neither `docker run` nor `podman run`.
"""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tradingbot.testing_services import Services

BACKEND, FRONTEND = "tradingbot-backend", "tradingbot-frontend"
# Of the image's user.
UID = 1000


def engine() -> str:
    """Return the program that runs containers, or an empty string."""
    for name in ("docker", "podman"):
        if shutil.which(name) and not subprocess.run([name, "ps"], capture_output=True, check=False).returncode:
            return name
    return ""


def image_bytes(image: str) -> int | None:
    """Return the size of an image in bytes, None where there is none of that name."""
    command = [engine(), "image", "inspect", "--format", "{{.Size}}", image]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return None if done.returncode else int(done.stdout)


class Containers(Services):
    """Services of which each is a container on this machine's network."""

    def __init__(self, data: Path, *, speed: str) -> None:
        super().__init__(data, speed=speed)
        os.chown(data, UID, UID)

    def settings(self, service: str) -> dict[str, str]:
        return super().settings(service) | {"DATA_DIR": "/data"}

    def command(self, service: str) -> list[str]:
        there = {sys.executable: "python", str(self.data / "exchange.journal"): "/data/exchange.journal"}
        words = [there.get(word, word) for word in super().command(service)]
        given = [word for name in self.settings(service) for word in ("--env", name)]
        return [*self._begin(service), f"--volume={self.data}:/data", *given, BACKEND, *words]

    def start_nginx(self) -> None:
        given = {
            "WEB_ADDRESS": f"127.0.0.1:{self.ports['web']}",
            "LISTEN_PORT": f"127.0.0.1:{self.ports['nginx']}",
            "NUM_PROXIES": "1",
        }
        values = [word for name, value in given.items() for word in ("--env", f"{name}={value}")]
        # Where the image's entrypoint writes the site.
        site = "--tmpfs=/etc/nginx/conf.d:mode=1777"
        command = [*self._begin("frontend"), site, *values, FRONTEND]
        with self.log("frontend").open("ab") as file:
            process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, start_new_session=True)
        self.running["nginx"] = [process]

    def _begin(self, service: str) -> list[str]:
        run = shlex.split(os.environ.get("CONTAINER_RUN", f"{engine()} run"))
        name = f"tradingbot-{self.ports['web']}-{service}"
        confined = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--tmpfs=/tmp"]
        return [*run, "--rm", "--network=host", f"--name={name}", *confined]
