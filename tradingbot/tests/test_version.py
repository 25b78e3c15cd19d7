"""The version is said in one place: the page, the schema and a release take it from there."""

import json
import re
import subprocess

import yaml
from django.conf import settings

from tradingbot.version import VERSION


def test_schema_page_and_changelog_have_the_version() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)
    assert yaml.safe_load((settings.BASE_DIR / "docs" / "openapi.yaml").read_text())["info"]["version"] == VERSION
    assert json.loads((settings.BASE_DIR / "frontend" / "package.json").read_text())["version"] == VERSION


def notes(version: str) -> "subprocess.CompletedProcess[str]":
    command = [str(settings.BASE_DIR / "deploy" / "release-notes"), version]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_release_has_notes_of_its_own_and_none_without_them() -> None:
    assert "The first release." in notes("0.1.0").stdout
    missing = notes("9.9.9")
    assert (missing.returncode, missing.stdout, missing.stderr) == (1, "", "CHANGELOG.md has no section for 9.9.9\n")


def test_a_release_checks_then_publishes_both_images_then_notes() -> None:
    jobs = yaml.safe_load((settings.BASE_DIR / ".github" / "workflows" / "release.yml").read_text())["jobs"]
    assert [(name, job.get("needs")) for name, job in jobs.items()] == [
        ("checks", None),
        ("images", "checks"),
        ("notes", "images"),
    ]
    compose = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())
    built = {(one["context"], one["dockerfile"]) for one in jobs["images"]["strategy"]["matrix"]["include"]}
    wanted = {
        (build.get("context", "."), build.get("dockerfile", "Dockerfile"))
        for service in compose["services"].values()
        if (build := service.get("build"))
    }
    here = {(context.removeprefix("./") or ".", dockerfile) for context, dockerfile in wanted}
    assert {(context, dockerfile.rpartition("/")[2]) for context, dockerfile in built} == {
        (context, dockerfile.rpartition("/")[2]) for context, dockerfile in here
    }
