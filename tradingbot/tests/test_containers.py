"""The images, run as the services; `make containers` builds them first."""

from collections.abc import Iterator

import pytest

from tradingbot.testing_containers import BACKEND, FRONTEND, Containers, engine, image_bytes
from tradingbot.tests.test_services import books_agree, goes_on, wait_until

pytestmark = pytest.mark.containers
LARGEST = 750_000_000


@pytest.fixture(scope="module")
def containers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    if not engine():
        pytest.skip("nothing here runs containers: docker or podman")
    for image in (BACKEND, FRONTEND):
        if image_bytes(image) is None:
            pytest.skip(f"the image {image} is not built: make containers")
    running = Containers(tmp_path_factory.mktemp("containers"), speed="30")
    try:
        running.start("exchange")
        assert "3 demo bots made" in running.run("prepare")
        for service in ("web", "worker", "backtests", "beat", "stream"):
            running.start(service)
        running.start_nginx()
        wait_until(lambda: running.request("GET", "/health")["status"] == "ok", 90, "it does not get well")
        running.login()
        yield running
    finally:
        running.stop()


@pytest.mark.parametrize("image", [BACKEND, FRONTEND])
def test_an_image_is_as_small_as_it_may_be(containers: Containers, image: str) -> None:
    size = image_bytes(image)
    assert size is not None
    assert size <= LARGEST, f"{size / 1e6:.0f} MB"


def test_bots_trade_and_a_person_sees_it_through_nginx(containers: Containers) -> None:
    goes_on(containers, "the start")
    wait_until(lambda: containers.exchange("/sim/ledger")["orders"], 90, "nothing was ordered")
    wait_until(lambda: books_agree(containers), 30, "the books do not agree")
