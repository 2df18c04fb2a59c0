"""What the browser tests stand on: the built app, a store's node that serves it, and handsets that use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect, sync_playwright

from edge.http.pages import find_pages
from tests.browser.fake_camera import film
from tests.browser.handset import Handset
from tests.browser.head_office import HeadOffice, a_day_in_the_store, sign_in
from tests.support.edge_node import EdgeNode

MILK = "6901234567892"
"""The EAN-13 of the milk in the test store."""


@pytest.fixture(scope="session")
def built_app() -> Path:
    """The folder of the built app, which `make pwa` makes."""
    folder = find_pages()
    if folder is None:
        pytest.fail("the app is not built: run `make pwa`")
    return folder


@pytest.fixture(scope="session")
def milk_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the fake camera sees: a pack of milk."""
    return film(tmp_path_factory.mktemp("film") / "milk.mjpeg", MILK)


@pytest.fixture
def store_node(tmp_path: Path, built_app: Path) -> Iterator[EdgeNode]:
    """A running node of store S1 that serves the app."""
    node = EdgeNode(tmp_path / "node")
    node.start()
    yield node
    node.stop()


@pytest.fixture
def playwright() -> Iterator[Playwright]:
    """Playwright for one test; kept longer, its event loop would stand in the way of the asynchronous tests."""
    with sync_playwright() as running:
        yield running


MakeHandset = Callable[..., Handset]


@pytest.fixture
def handset(
    playwright: Playwright,
    tmp_path: Path,
    store_node: EdgeNode,
    milk_film: Path,
    chromium_path: str,
    chromium_arguments: list[str],
) -> Iterator[MakeHandset]:
    """Makes started handsets: `handset(desk=True, language="en")`."""
    made: list[Handset] = []

    def make(*, language: str = "zh-CN", desk: bool = False) -> Handset:
        one = Handset(
            playwright,
            tmp_path / f"profile-{len(made)}",
            store_node.url,
            chromium=chromium_path,
            arguments=chromium_arguments,
            film=milk_film,
            language=language,
            desk=desk,
        )
        made.append(one.start())
        return one

    yield make
    for one in made:
        one.close()
    faults = [fault for one in made for fault in one.faults]
    assert not faults, faults


OpenOffice = Callable[..., Handset]


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory, built_app: Path) -> Iterator[HeadOffice]:
    """A head office after one day of its first store; each file of tests has its own."""
    office = HeadOffice(tmp_path_factory.mktemp("chain"))
    office.photo = a_day_in_the_store(office)
    yield office
    office.stop()


@pytest.fixture
def office(
    playwright: Playwright,
    tmp_path: Path,
    chain: HeadOffice,
    chromium_path: str,
    chromium_arguments: list[str],
) -> Iterator[OpenOffice]:
    """Opens head office in a browser and signs somebody in: `office(desk=False, language="zh-CN", user="owner")`."""
    made: list[Handset] = []

    def open_office(*, language: str = "en", desk: bool = True, user: str = "owner") -> Handset:
        one = Handset(
            playwright,
            tmp_path / f"profile-{len(made)}",
            chain.url,
            chromium=chromium_path,
            arguments=chromium_arguments,
            language=language,
            desk=desk,
        )
        made.append(one.start())
        one.open()
        sign_in(one.page, user)
        expect(one.page.locator("#office-main h1")).to_be_visible()
        return one

    yield open_office
    for one in made:
        one.close()
    faults = [fault for one in made for fault in one.faults]
    assert not faults, faults
