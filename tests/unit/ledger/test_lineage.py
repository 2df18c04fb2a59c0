"""The order of logs: children behind their parents, everything else as it came."""

from hypothesis import given
from hypothesis import strategies as st

from shared.ledger.lineage import ancestors, parents_first


@given(st.lists(st.integers(0, 12), max_size=12), st.randoms(use_true_random=False))
def test_no_log_stands_before_the_one_it_grew_from(growth: list[int], die: object) -> None:
    """However logs came in; and an order that is right already stays as it is."""
    logs = [
        (bytes([number]), bytes([parent]) if parent < number else b"")
        for number, parent in enumerate(growth, 1)
    ]
    die.shuffle(logs)  # type: ignore[attr-defined]
    parent_of = dict(logs)
    ordered = parents_first(logs)
    assert sorted(ordered) == sorted(parent_of)
    for log, parent in logs:
        assert parent not in parent_of or ordered.index(parent) < ordered.index(log)
    assert parents_first((log, parent_of[log]) for log in ordered) == ordered


def test_a_log_is_no_box_beside_the_one_it_grew_from() -> None:
    """The line back to the first, as far as it is known."""
    logs = [(b"c", b"b"), (b"b", b"a"), (b"a", b"lost"), (b"x", b"a")]
    assert ancestors(b"c", logs) == {b"b", b"a", b"lost"}
    assert ancestors(b"a", logs) == {b"lost"}
