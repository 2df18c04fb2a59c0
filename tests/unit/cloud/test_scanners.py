"""Head office says what each scanner sends; the store it stands in hears it by the feed, other stores do not."""

import pytest

from cloud.identity import keys
from cloud.store.installation import Installation
from shared.errors import DomainError
from tests.unit.cloud.office import Mirror, Office, op
from tests.unit.cloud.shop import Shop


@pytest.fixture
def office(installation: Installation) -> Office:
    """A head office with two stores."""
    made = Office(installation)
    made.open_shops()
    return made


def mirror(office: Office, shop: Shop) -> Mirror:
    """What a store has of head office's data."""
    with office.store.reading() as reading:
        made = Mirror(shop.known, keys.public_key(reading))
    made.take_snapshot()
    return made


def test_a_scanners_settings_reach_its_store_only(office: Office) -> None:
    """Set, changed, and seen by the one store in snapshot and feed alike."""
    one, two = Shop(office.store, "s1"), Shop(office.store, "s2")
    followed = mirror(office, one)
    office.do("catalogue.set_scanner", store="s1", scanner="till-1", name="Till", gs_as="~", aim="off")
    office.do("catalogue.set_scanner", store="s1", scanner="till-1", name="Till", gs_as="drop")
    followed.follow()
    assert followed.tables["scanner"][("s1", "till-1")]["gs_as"] == "drop"
    assert followed.tables["scanner"][("s1", "till-1")]["aim"] == "on"
    assert mirror(office, one).tables["scanner"] == followed.tables["scanner"]
    assert ("s1", "till-1") not in mirror(office, two).tables.get("scanner", {})


@pytest.mark.parametrize("wrong", [{"store": "nowhere"}, {"gs_as": "中"}, {"aim": "maybe"}])
def test_senseless_settings_are_refused(office: Office, wrong: dict[str, str]) -> None:
    """A store nobody knows, a separator no scanner can type, a third way of naming symbologies."""
    body = {"store": "s1", "scanner": "till-1"} | wrong
    try:
        (result,) = office.ask(op("catalogue.set_scanner", **body))
    except DomainError:
        return
    assert result.state == "rejected"
