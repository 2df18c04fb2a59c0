"""Ops are sent in order, and cut into batches that a node takes."""

from datetime import date

from cloud.demo.story import tell
from cloud.demo.wire import BYTES_MAX, OPS_MAX, batches, event


def test_batches_keep_the_order_and_one_sender_each() -> None:
    """All ops, once, in order; never more than a node accepts, never two people in one request."""
    story = tell(date(2026, 11, 22), days=7)
    for ops in (*story.by_store.values(), story.office):
        cut = batches(ops)
        assert [op for batch in cut for op in batch] == list(ops)
        assert all(len({op.user for op in batch}) == 1 for batch in cut)
        assert all(len(batch) <= OPS_MAX for batch in cut)
        assert all(len(batch) == 1 or sum(len(str(op.body)) for op in batch) <= BYTES_MAX for batch in cut)


def test_an_event_of_a_screen_is_read_with_its_name() -> None:
    """A beat has no name and no data."""
    assert event(["event: scan", 'data: {"raw": "690"}']) == ("scan", {"raw": "690"})
    assert event([": here"]) == ("", {})
