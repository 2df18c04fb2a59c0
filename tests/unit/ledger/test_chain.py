"""The hash chain: what it binds and what it finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ledger.chain import NO_PARENT, Head, genesis_hash, next_hash, walk

LOG, NODE = b"l" * 16, b"n" * 16


def test_a_log_is_bound_to_its_node_and_its_parent() -> None:
    """Two logs that differ in node or parent start from different hashes."""
    parent = Head(log=b"p" * 16, seq=900, hash=b"h" * 32)
    starts = {
        genesis_hash(LOG, NODE, NO_PARENT),
        genesis_hash(LOG, b"m" * 16, NO_PARENT),
        genesis_hash(LOG, NODE, parent),
        genesis_hash(b"k" * 16, NODE, NO_PARENT),
    }
    assert len(starts) == 4


@given(st.lists(st.binary(max_size=40), min_size=2, max_size=12), st.data())
def test_any_edit_removal_or_swap_changes_the_head(events: list[bytes], data: st.DataObject) -> None:
    """Whatever is done to a run of facts, the head no longer fits."""
    start = genesis_hash(LOG, NODE, NO_PARENT)
    head = walk(LOG, 1, start, events)
    where = data.draw(st.integers(0, len(events) - 1))
    edited = [*events]
    edited[where] += b"!"
    removed = events[:where] + events[where + 1 :]
    assert walk(LOG, 1, start, edited) != head
    assert walk(LOG, 1, start, removed) != head
    swapped = [*events]
    swapped[0], swapped[-1] = swapped[-1], swapped[0]
    assert (walk(LOG, 1, start, swapped) == head) == (swapped == events)


def test_the_same_bytes_at_another_number_hash_differently() -> None:
    """A fact cannot be moved to another place in its log."""
    before = b"h" * 32
    assert next_hash(LOG, 1, before, b"e") != next_hash(LOG, 2, before, b"e")


@pytest.mark.parametrize("count", [0, 1, 5])
def test_walking_in_pieces_equals_walking_at_once(count: int) -> None:
    """A cloud that verifies frame by frame comes to the head of the whole log."""
    events = [bytes([number]) for number in range(5)]
    start = genesis_hash(LOG, NODE, NO_PARENT)
    middle = walk(LOG, 1, start, events[:count])
    assert walk(LOG, count + 1, middle, events[count:]) == walk(LOG, 1, start, events)
