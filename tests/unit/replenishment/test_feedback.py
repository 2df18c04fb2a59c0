"""What changes were worth, and what is learnt of reasons and suppliers: by sums on paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.replenishment.feedback import (
    CAP,
    Edit,
    gained_by,
    learnt_factor,
    learnt_lead_time,
    needed,
    size_of,
)
from shared.units import MICRO


def edit(suggested: int, ordered: int, needed_: int, reason: str = "event", user: str = "li") -> Edit:
    return Edit(
        user=user,
        reason=reason,  # type: ignore[arg-type]
        suggested=suggested * MICRO,
        ordered=ordered * MICRO,
        needed=needed_ * MICRO,
    )


def test_a_change_gains_what_it_missed_less() -> None:
    """Suggested 20, ordered 24, needed 26 gains 4; ordered 10 instead loses 10."""
    both = [edit(20, 24, 26), edit(20, 10, 26)]
    up = gained_by(both, lambda one: one.direction)["up"]
    assert (up.gained, up.better, up.changes) == (4 * MICRO, 1, 1)
    assert gained_by(both, lambda one: one.user)["li"].gained == -6 * MICRO
    assert gained_by([], lambda one: one.user) == {}


def test_what_was_there_anyway_was_not_needed() -> None:
    """26 asked for, 6 there: 20; more there than asked for: nothing; a hole in the book adds to it."""
    assert (needed(26, 6), needed(26, 30), needed(26, -4)) == (20, 0, 30)


@pytest.mark.parametrize(
    ("suggested", "ordered", "size"),
    [(100, 109, "small"), (100, 110, "middling"), (100, 50, "middling"), (100, 49, "large"), (0, 1, "large")],
)
def test_sizes_have_sharp_edges(suggested: int, ordered: int, size: str) -> None:
    """Below a tenth, up to one half, beyond."""
    assert size_of(suggested, ordered) == size


def test_a_reason_teaches_slowly_and_never_more_than_a_half() -> None:
    """Twenty events that needed 30 instead of 20 give 1.25; a thousand that needed a hundred give 1.5; none give 1."""
    assert learnt_factor([edit(20, 25, 30)] * 20, "event") == 1_250_000
    assert learnt_factor([edit(20, 25, 100)] * 1000, "event") == MICRO + CAP
    assert learnt_factor([edit(20, 25, 0)] * 1000, "event") == MICRO - CAP
    assert learnt_factor([edit(20, 25, 30)] * 20, "weather") == MICRO
    assert learnt_factor([edit(0, 5, 30)], "event") == MICRO


@given(st.lists(st.builds(edit, st.integers(1, 99), st.integers(0, 99), st.integers(0, 99)), max_size=9))
def test_groups_lose_no_change(edits: list[Edit]) -> None:
    """However they are grouped, the sums are those of all."""
    whole = sum(one.missed_before - one.missed_after for one in edits)
    for key in (lambda one: one.user, lambda one: one.direction, lambda one: one.size):
        groups = gained_by(edits, key)
        assert sum(group.gained for group in groups.values()) == whole
        assert sum(group.changes for group in groups.values()) == len(edits)


def test_a_lead_time_is_learnt_against_the_agreed_one() -> None:
    """Agreed 2, eight deliveries of 4: 3 days with variance 1.125; nothing known: the agreed, a quarter of it off."""
    late = learnt_lead_time(2, [4] * 8)
    assert (late.days, late.variance) == (3 * MICRO, 1_125_000)
    unknown = learnt_lead_time(2, [])
    assert (unknown.days, unknown.variance) == (2 * MICRO, 250_000)
    often = learnt_lead_time(2, [4] * 800)
    assert often.days == pytest.approx(4 * MICRO, rel=0.01)
    assert learnt_lead_time(0, []).days == 0
