"""Head office takes up an excursion: a fact of its own, told on its page and to the store, beside the store's word."""

from __future__ import annotations

from cloud.identity import keys
from cloud.reports.asked import Question
from cloud.reports.how_cold_is_it import how_cold_is_it
from cloud.store.installation import Installation
from shared.access.roles import Principal
from shared.sensing.events import ExcursionAcknowledged, ExcursionBegan
from tests.unit.cloud.office import Mirror, Office, op
from tests.unit.cloud.shop import DAY, NOW, Shop, event

WARM = ExcursionBegan(
    excursion="x1",
    sensor="probe-1",
    place="fridge",
    quantity="temperature",
    began_ms=NOW,
    limit=8_000_000,
    value=9_500_000,
)


def test_what_head_office_says_stands_beside_the_stores_word(installation: Installation) -> None:
    """The page tells both, the last word of each; the store hears of it by the feed and no other store does."""
    office = Office(installation)
    office.open_shops()
    shop, other = Shop(installation.home, "s1"), Shop(installation.home, "s2")
    acknowledged = ExcursionAcknowledged(excursion="x1", action="door closed")
    shop.log("a").record(event(WARM, "e1"), event(acknowledged, "e2")).push()
    shop.project()
    for action in ("called the store", "sent for repair"):
        office.do("oversight.note_excursion", store="s1", excursion="x1", action=action)
    with installation.home.reading() as reading:
        (one,) = how_cold_is_it(reading, Question(first=DAY, last=DAY), NOW).excursions
    assert one.noted is not None
    assert (one.action, one.noted.action, one.noted.by) == ("door closed", "sent for repair", "boss")
    mirrors = [Mirror(node.known, _public_key(installation)) for node in (shop, other)]
    for mirror in mirrors:
        mirror.take_snapshot()
    told = [list(mirror.tables.get("noted_excursion", {})) for mirror in mirrors]
    assert told == [[("s1", "x1")], []]


def test_only_those_who_answer_for_the_cold_chain_may_say_so(installation: Installation) -> None:
    """A clerk may not, a manager only for their own store, and a store nobody knows is no store."""
    office = Office(installation)
    office.open_shops()
    clerk = Principal(user="c", name="C", role="clerk", stores=("s1",))
    manager = Principal(user="m", name="M", role="store_manager", stores=("s1",))
    said = {"excursion": "x1", "action": "called"}

    def refusal(asker: Principal, store: str) -> str:
        (result,) = office.ask(op("oversight.note_excursion", store=store, **said), asker=asker)
        return "" if result.error is None else result.error.key

    assert refusal(clerk, "s1") == "not_permitted"
    assert refusal(manager, "s2") == "store_out_of_scope"
    assert refusal(manager, "s1") == ""
    assert refusal(Principal(user="h", name="H", role="head_office", stores=("*",)), "s9") == "store_unknown"


def _public_key(installation: Installation) -> bytes:
    with installation.home.writing() as writing:
        return keys.public_key(writing)
