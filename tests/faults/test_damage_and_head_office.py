"""What a damaged file can no longer prove comes back from head office, and from phones what even that never had."""

from typing import Any

import pytest

from edge.ledger.check import Progress, look
from edge.ledger.mend import mend_if_damaged
from edge.ledger.verify import verify
from edge.sync.enrolment import DAY_BOOK
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
