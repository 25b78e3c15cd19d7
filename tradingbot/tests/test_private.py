"""What is kept is its owner's alone, and a password of the first start is of the first start."""

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as product
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured

from tradingbot.env import with_password
from tradingbot.private import private_directory
from tradingbot.runtime.first_start import admin_ensure

CHOSEN = "a password of the first start"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def run(data: Path, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    given = os.environ | {"DATA_DIR": str(data), "DATABASE_URL": "", "REDIS_URL": ""} | environment
    return subprocess.run([sys.executable, *words], cwd=product.BASE_DIR, env=given, capture_output=True, text=True)


def test_a_new_directory_and_all_in_it_are_its_owners(tmp_path: Path) -> None:
    data = tmp_path / "new" / "data"
    before = os.umask(0o022)
    try:
        done = run(data, "manage.py", "migrate", "--verbosity", "0")
    finally:
        os.umask(before)
    assert (done.returncode, done.stderr) == (0, "")
    assert mode(data) == 0o700
    files = {path.name: mode(path) for path in data.iterdir() if path.is_file()}
    assert files == {"db.sqlite3": 0o600, "secret-key": 0o600}


def test_what_an_older_release_left_open_is_closed_and_nothing_else_is_touched(tmp_path: Path) -> None:
    names = ("db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm", "exchange.journal", "lock", "up.log")
    for name in (*names, "holiday.jpg"):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o644)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("")
    elsewhere.chmod(0o644)
    (tmp_path / "db.sqlite3-linked").symlink_to(elsewhere)
    tmp_path.chmod(0o755)
    private_directory(tmp_path)
    assert mode(tmp_path) == 0o700
    assert {mode(tmp_path / name) for name in names} == {0o600}
    assert (mode(tmp_path / "holiday.jpg"), mode(elsewhere)) == (0o644, 0o644)


def test_a_directory_that_everybody_shares_stays_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    private_directory(tmp_path)
    assert mode(tmp_path) == 0o1777


def test_every_process_has_the_mask(tmp_path: Path) -> None:
    """Also one that loads the settings by itself, as a server of somebody else's does."""
    code = "import os; import django; django.setup(); print(oct(os.umask(0)))"
    done = run(tmp_path, "-c", code, DJANGO_SETTINGS_MODULE="tradingbot.settings")
    assert done.stdout == "0o77\n"


def test_the_password_leaves_the_environment(tmp_path: Path) -> None:
    code = (
        "import os, subprocess, django; django.setup(); from django.conf import settings;"
        "print(settings.ADMIN_PASSWORD, os.environ.get('ADMIN_PASSWORD'));"
        "print(subprocess.run(['env'], capture_output=True, text=True).stdout.count('first start'))"
    )
    done = run(tmp_path, "-c", code, DJANGO_SETTINGS_MODULE="tradingbot.settings", ADMIN_PASSWORD=CHOSEN)
    assert done.stdout == f"{CHOSEN} None\n0\n"


def test_a_secret_may_be_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(CHOSEN + "\n")
    code = "import django; django.setup(); from django.conf import settings; print(settings.ADMIN_PASSWORD)"
    done = run(tmp_path, "-c", code, DJANGO_SETTINGS_MODULE="tradingbot.settings", ADMIN_PASSWORD_FILE=str(file))
    assert done.stdout == CHOSEN + "\n"


@pytest.fixture
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ADMIN_PASSWORD = CHOSEN


def admin() -> Any:
    return get_user_model().objects.get(username="admin")


@pytest.mark.django_db
@pytest.mark.usefixtures("_quick_passwords")
def test_the_chosen_password_is_of_the_first_start_alone(tmp_path: Path) -> None:
    assert admin_ensure(tmp_path / "kept") is None
    assert admin().check_password(CHOSEN)
    user = admin()
    user.set_password("another horse battery")
    user.save()
    assert admin_ensure(tmp_path / "kept") is None
    assert admin().check_password("another horse battery"), "a rotated password stays rotated"
    assert not (tmp_path / "kept").exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("_quick_passwords")
def test_a_deleted_admin_does_not_come_back_while_there_is_anybody(tmp_path: Path) -> None:
    get_user_model().objects.create_superuser("owner", password="another horse battery")
    assert admin_ensure(tmp_path / "kept") is None
    assert list(get_user_model().objects.values_list("username", flat=True)) == ["owner"]


@pytest.mark.django_db
@pytest.mark.parametrize("weak", ["a", "password1234", "administrator", "admin-admin"])
def test_a_password_nobody_may_choose_is_refused(weak: str, tmp_path: Path, settings: Any) -> None:
    settings.ADMIN_PASSWORD = weak
    with pytest.raises(ImproperlyConfigured, match="ADMIN_PASSWORD is not good enough") as refused:
        admin_ensure(tmp_path / "kept")
    assert not get_user_model().objects.exists()
    assert f"'{weak}'" not in str(refused.value)


@pytest.mark.django_db
def test_a_generated_password_is_kept_for_its_owner(tmp_path: Path, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ADMIN_PASSWORD = ""
    password = admin_ensure(tmp_path / "kept")
    assert password is not None
    assert admin().check_password(password)
    assert ((tmp_path / "kept").read_text().strip(), mode(tmp_path / "kept")) == (password, 0o600)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://redis:6379/0", "redis://:p%2F%40s@redis:6379/0"),
        ("redis://user@redis:6379/0", "redis://user:p%2F%40s@redis:6379/0"),
        ("redis://:other@redis:6379/0", "redis://:other@redis:6379/0"),
        ("", ""),
    ],
)
def test_a_password_is_put_into_an_address_that_has_none(url: str, expected: str) -> None:
    assert with_password(url, "p/@s") == expected
    assert with_password(url, "") == url


def test_a_password_of_the_database_is_taken_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("p/@s\n")
    code = (
        "import django; django.setup(); from django.db import connection; print(connection.settings_dict['PASSWORD'])"
    )
    where = {"DATABASE_URL": "postgres://u@h/x", "DATABASE_PASSWORD_FILE": str(tmp_path / "password")}
    done = run(tmp_path, "-c", code, DJANGO_SETTINGS_MODULE="tradingbot.settings", **where)
    assert done.stdout == "p/@s\n"
