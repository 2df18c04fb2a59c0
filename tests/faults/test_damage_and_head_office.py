"""What a damaged file can no longer prove comes back from head office, and from phones what even that never had."""

from typing import Any

import pytest

from edge.ledger.check import Progress, look
from edge.ledger.health import Caretaker
from edge.ledger.mend import mend_if_damaged
from edge.ledger.verify import verify
from edge.sync.enrolment import DAY_BOOK
from edge.sync.service import Sync
from tests.faults.test_damaged_day_book import NOW_MS, flip, note_damage, page_of
from tests.support.edge_node import new_op_id
from tests.unit.edge_sync.office import HeadOffice
from tests.unit.edge_sync.store import Store

AT_MS = 1_790_000_000_000


@pytest.mark.parametrize("phone_first", [True, False])
def test_facts_behind_a_flipped_bit_come_back_under_their_names(
    store: Store, office: HeadOffice, name: str, phone_first: bool
) -> None:
    """Five of seven facts cannot be proven any more: five come back; an op the phone asks again counts once."""
    op: dict[str, Any] = {"op_id": new_op_id(), "at_ms": AT_MS}
    with store:
        store.receive(100)
        store.sell(2)
        store.sell(3, device_id="the-damaged-one")
        for _ in range(3):
            store.sell(1)
        store.sell(4, **op)
        store.wait_until_said()
        before = store.facts()
    page_of(store.folder / DAY_BOOK, "event")
    flip(store.folder / DAY_BOOK, b"the-damaged-one")
    note_damage(store.folder)
    mended = mend_if_damaged(store.folder, DAY_BOOK, NOW_MS)
    assert mended is not None
    assert mended.salvaged == 2
    store.open(online=not phone_first)
    if phone_first:
        store.sell(4, **op)
        store.sync.start()
    store.wait_until(lambda: store.facts().items() >= before.items() and store.on_hand() == "88")
    again = store.sell(4, **op)
    assert again.repeated
    store.wait_until_said()
    assert store.sync.status().alarms == ()
    with store.readers.lend() as connection:
        assert look(connection, Progress(), NOW_MS).fault == ""
    store.close()
    assert office.facts_of(name) == (8 if phone_first else 7)
    assert verify(store.folder / DAY_BOOK).faults == []


class TellingStore(Store):
    """A store whose caretaker's word goes out with each hello, as in a running node."""

    def new_sync(self) -> Sync:
        self.caretaker = Caretaker(self.folder, lambda: NOW_MS)
        return Sync(
            self.writer,
            self.readers,
            self.folder,
            self.live,
            pace=self.pace,
            troubles=lambda: [key for key, _ in self.caretaker.troubles(NOW_MS)],
        )


def test_head_office_hears_what_is_wrong_with_the_box(store: Store, office: HeadOffice, name: str) -> None:
    """A box that stopped writing still says hello, and says why; so does one that was mended."""

    def troubles() -> list[str]:
        (node,) = [node for node in office.get("/v1/reports/safety")["nodes"] if node["store"] == name]
        return [key for key in node["troubles"] if key.startswith("day_book")]

    with TellingStore(store.folder) as telling:
        telling.wait_until_said()
        assert troubles() == []
        telling.caretaker.report_damage("for the test")
        telling.wait_until(lambda: troubles() == ["day_book_damaged"])
    mend_if_damaged(store.folder, DAY_BOOK, NOW_MS)
    with TellingStore(store.folder) as telling:
        telling.wait_until(lambda: troubles() == ["day_book_mended"])
