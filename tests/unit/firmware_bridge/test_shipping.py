"""What is sent next: in order, within the window, again when something is missing."""

from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.shipping import OVERDUE_MS_MIN, REWIND_MS_MIN, WINDOW, Shipping


def sending(*seqs: int) -> Shipping:
    """A connection that has sent messages up to these seqs."""
    shipping = Shipping(0, 0)
    for seq in seqs:
        shipping.on_sent(seq, 0)
    return shipping


def test_progress_opens_the_window() -> None:
    """An edge that is away is not buried under everything the outbox holds."""
    shipping = sending(*range(1, WINDOW + 1))
    assert not shipping.may_send(0)
    assert shipping.on_ack(1, 0) is False
    assert shipping.may_send(0)
    assert shipping.out == WINDOW - 1


def test_a_repeated_watermark_means_something_is_missing() -> None:
    """Then everything behind it goes out again."""
    shipping = sending(50, 100)
    assert shipping.on_ack(50, 10) is False
    assert shipping.on_ack(50, 2000) is True
    assert (shipping.sent, shipping.out) == (50, 0)


def test_resending_has_its_pace() -> None:
    """Answers that crossed the resend must not start another one."""
    shipping = sending(50)
    assert shipping.on_ack(0, REWIND_MS_MIN) is True
    shipping.on_sent(50, REWIND_MS_MIN)
    assert shipping.on_ack(0, REWIND_MS_MIN + 500) is False
    assert shipping.on_ack(0, REWIND_MS_MIN * 3) is True


def test_the_answer_to_a_birth_is_no_complaint() -> None:
    """The edge answers every birth with its watermark, while the first messages are on their way."""
    shipping = Shipping(7, 0)
    shipping.expect_answer()
    shipping.on_sent(20, 0)
    assert shipping.on_ack(7, 5000) is False
    assert shipping.on_ack(7, 5001) is True


def test_with_nothing_out_no_answer_asks_for_anything() -> None:
    """An edge that repeats itself is not a reason to send."""
    assert Shipping(7, 0).on_ack(7, 99_999) is False


def test_silence_is_asked_about_less_and_less_often() -> None:
    """A birth is the question; an edge that is away for days is not asked every second."""
    shipping = sending(50)
    assert not shipping.is_overdue(OVERDUE_MS_MIN - 1)
    assert shipping.is_overdue(OVERDUE_MS_MIN)
    assert not shipping.is_overdue(OVERDUE_MS_MIN * 2)
    assert shipping.is_overdue(OVERDUE_MS_MIN * 3)
    shipping.on_ack(50, OVERDUE_MS_MIN * 3)
    assert not shipping.is_overdue(10**9)


def test_a_refused_publish_waits_before_the_next_try() -> None:
    """The broker's rules do not change within a second."""
    shipping = sending(50)
    shipping.rewind(0, hold_ms=30_000)
    assert not shipping.may_send(29_999)
    assert shipping.may_send(30_000)
    assert shipping.sent == 0


@given(
    st.lists(st.tuples(st.sampled_from(["send", "lose", "ack", "stale"]), st.integers(0, 5000)), max_size=60)
)
def test_whatever_is_lost_everything_arrives(steps: list[tuple[str, int]]) -> None:
    """Messages vanish and watermarks are repeated at random; in the end the edge has every seq without a hole."""
    shipping, now_ms, last, edge = Shipping(0, 0), 0, 500, 0
    for step, pause_ms in [*steps, *[("send", 40_000), ("ack", 40_000)] * 60]:
        now_ms += pause_ms
        if step in ("send", "lose") and shipping.sent < last and shipping.may_send(now_ms):
            after, upto = shipping.sent, min(last, shipping.sent + 50)
            shipping.on_sent(upto, now_ms)
            if step == "send" and after <= edge:
                edge = max(edge, upto)
        elif step == "ack":
            shipping.on_ack(edge, now_ms)
        elif step == "stale":
            shipping.on_ack(max(0, edge - 50), now_ms)
        assert shipping.acked <= edge
    assert (edge, shipping.acked) == (last, last)
