"""What CI runs is what the README tells people to run."""

import re
import tomllib
from pathlib import Path

import yaml
from django.conf import settings

ROOT: Path = settings.BASE_DIR


def targets(path: str) -> list[str]:
    return re.findall(r"^make ([\w-]+)", (ROOT / path).read_text(), re.MULTILINE)


def test_the_workflow_runs_ci_run() -> None:
    [job] = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())["jobs"].values()
    assert any(".ci/run" in step.get("run", "") for step in job["steps"])


def test_every_target_of_ci_is_in_the_makefile_and_the_readme() -> None:
    makefile, readme = (ROOT / "Makefile").read_text(), (ROOT / "README.md").read_text()
    assert targets(".ci/run") == ["lint", "docs", "test", "test-services", "e2e"]
    for target in targets(".ci/run"):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
        assert f"make {target}" in readme, target


def test_what_is_not_tested_over_the_services_touches_no_database_of_theirs() -> None:
    makefile = (ROOT / "Makefile").read_text().replace("\\\n", " ")
    [elsewhere] = re.findall(r"^ELSEWHERE := (.*)$", makefile, re.MULTILINE)
    for place in elsewhere.split():
        path = ROOT / place
        assert path.exists(), place
        for file in path.rglob("*.py") if path.is_dir() else [path]:
            assert not re.search(r"django_db|transactional_db", file.read_text()), file


def test_every_room_with_tests_is_tested_over_the_services() -> None:
    [rooms] = re.findall(r"^ROOMS := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    tested = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["testpaths"]
    # The exchange knows neither database nor Redis.
    assert {*rooms.split(), "tradingbot"} == {*tested} - {"simulator"}
