"""The pace of a clock: from a moment on so many times as fast, and back to the machine's own time."""

import pytest

from shared.pace import Pace, read_pace


def test_until_its_moment_a_clock_is_the_machine_s_own() -> None:
    """From there on twenty seconds for each of the machine's."""
    pace = read_pace("20@1000")
    assert [pace.at(ms) for ms in (0, 999, 1000, 1001, 2000)] == [0, 999, 1000, 1020, 21_000]


def test_a_moment_shown_leads_back_to_the_machine_s() -> None:
    """The simulated shop waits by it."""
    pace = Pace(20, 1000)
    assert all(pace.machine_ms(pace.at(ms)) == ms for ms in (0, 1000, 1001, 7777))


def test_without_a_setting_nothing_is_other() -> None:
    """The empty text, as the environment of a store has it."""
    assert read_pace("").at(1_795_968_000_123) == 1_795_968_000_123


@pytest.mark.parametrize(
    "text", ["20", "20@", "@5", "0@5", "x@5", "2.5@5", "-2@5", "4000@5", "２@5", "20@5@6"]
)
def test_anything_else_is_refused(text: str) -> None:
    """A node at another pace than somebody meant would be worse than one that does not start."""
    with pytest.raises(ValueError, match="LIUSHUI_CLOCK_PACE"):
        read_pace(text)
