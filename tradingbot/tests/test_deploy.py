"""What the containers and the units may do, and which secrets each of them gets to know."""

import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

DEPLOY: Path = settings.BASE_DIR / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
TRADING = {"postgres_password", "redis_password", "secret_key", "alpaca_api_key", "alpaca_secret_key"}
SECRETS = {
    "db": {"postgres_password"},
    "redis": {"redis_password"},
    "exchange": set(),
    "prepare": TRADING | {"admin_password"},
    "web": TRADING,
    "worker": TRADING,
    "backtests": TRADING,
    "beat": TRADING,
    "stream": TRADING,
    "frontend": set(),
}
SECRET_NAME = re.compile("PASSWORD|SECRET|KEY|TOKEN")


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """As docker-compose itself reads the file, with a shell that has secrets in it."""
    if shutil.which("docker-compose") is None:
        pytest.skip("docker-compose is not installed")
    # Not the .env of whoever runs this.
    empty = tmp_path_factory.mktemp("compose") / "env"
    empty.touch()
    environment = {"PATH": "/usr/bin:/bin", "POSTGRES_PASSWORD": "canary", "ALPACA_SECRET_KEY": "canary"}
    done = subprocess.run(
        ["docker-compose", "--env-file", str(empty), "-f", "docker-compose.yml", "config"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "canary" not in done.stdout
    found: dict[str, Any] = yaml.safe_load(done.stdout)["services"]
    return found


def test_no_container_may_more_than_it_needs(services: dict[str, Any]) -> None:
    assert services.keys() == SECRETS.keys()
    for name, service in services.items():
        assert (name, service["read_only"], service["cap_drop"]) == (name, True, ["ALL"])
        assert (name, service["security_opt"]) == (name, ["no-new-privileges:true"])
        assert not {"cap_add", "privileged", "network_mode", "pid"} & service.keys()


def test_each_container_knows_its_own_secrets_alone_and_from_files(services: dict[str, Any]) -> None:
    known = {name: {secret["source"] for secret in service.get("secrets", [])} for name, service in services.items()}
    assert known == SECRETS
    for name, service in services.items():
        environment: dict[str, str] = service.get("environment", {})
        for setting, value in environment.items():
            if SECRET_NAME.search(setting):
                assert setting.endswith("_FILE")
                assert value.removeprefix("/run/secrets/") in SECRETS[name]
            assert not re.search(r"://[^/]*:[^/]*@", str(value)), "nor in an address"
    assert "requirepass $$(cat /run/secrets/redis_password)\n" in services["redis"]["command"][-1]


def test_only_the_page_is_published_and_to_this_machine_alone(services: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published == {"frontend": ["127.0.0.1:8000:8080/tcp"]}


def test_what_runs_the_code_cannot_change_it() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    assert "--chown" not in text
    assert text.index("COPY manage.py") < text.index("USER tradingbot") < text.index("CMD")


def test_the_secrets_are_made_once_and_for_this_user(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    shutil.copy(DEPLOY / "make-secrets", tmp_path / "deploy")
    made = tmp_path / "secrets"

    def make() -> dict[str, str]:
        subprocess.run([tmp_path / "deploy" / "make-secrets"], check=True)
        return {path.name: path.read_text() for path in made.iterdir()}

    first = make()
    assert first.keys() == {path.rpartition("/")[2] for path in TRADING | {"admin_password"}}
    random = {first[name] for name in ("postgres_password", "redis_password", "secret_key")}
    assert {len(text) for text in random} == {64}
    assert len(random) == 3
    assert {first[name] for name in ("admin_password", "alpaca_api_key", "alpaca_secret_key")} == {""}
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert make() == first


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_is_exposed_to_three_at_most(unit: Path) -> None:
    """0 is a process that can do nothing, 10 one that can do everything. Reads the units' common part as well."""
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", unit], capture_output=True, text=True)
    found = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)
    assert found is not None, done.stderr
    assert float(found[1]) <= 3


def test_every_unit_is_ours_by_name_so_that_the_common_part_is_read() -> None:
    assert len(UNITS) == 6
    assert all(unit.name.startswith("tradingbot-") for unit in UNITS)
    common = (DEPLOY / "systemd" / "tradingbot-.service.d" / "sandbox.conf").read_text()
    for line in ("UMask=0077", "NoNewPrivileges=true", "ProtectSystem=strict", "CapabilityBoundingSet="):
        assert line in common.splitlines()


@pytest.mark.parametrize("document", ["SECURITY.md", "docs/deployment.md"])
def test_what_the_documents_point_at_is_there(document: str) -> None:
    text = (settings.BASE_DIR / document).read_text()
    named = set(re.findall(r"`((?:tradingbot|events|simulator|deploy|frontend)/[\w./-]+)`", text))
    assert len(named) >= 3
    assert [name for name in sorted(named) if not (settings.BASE_DIR / name).exists()] == []
