"""What the intake has in hand keeps its order, and has a bound for those whom nobody holds back."""

from edge.intake.fold import Message
from edge.intake.hand import OVERHEAD_BYTES, Hand, Held


def unasked(number: int, payload: bytes = b"") -> Held:
    """A QoS 0 message, known by its topic; with an empty payload it counts 201 bytes."""
    return Held(0, 0, Message(str(number), payload))


def asked(number: int) -> Held:
    return Held(number, 1, Message(str(number), b""))


def numbers(hand: Hand) -> list[int]:
    return [int(held.message.topic) for held in hand.first(1000)]


def test_what_asks_for_no_acknowledgement_is_dropped_and_counted_beyond_the_bound() -> None:
    """Three of 201 bytes fit into 603; the fourth does not, and a smaller one after it has no better right."""
    hand = Hand(3 * (OVERHEAD_BYTES + 1))
    for number in range(1, 6):
        hand.add(unasked(number))
    assert numbers(hand) == [1, 2, 3]
    assert hand.dropped == 2


def test_what_asks_for_an_acknowledgement_is_never_dropped() -> None:
    """The broker hands out a hundred of these and no more: dropping one here would leave it unanswered for ever."""
    hand = Hand(0)
    hand.add(unasked(1))
    for number in range(2, 102):
        hand.add(asked(number))
    assert numbers(hand) == list(range(2, 102))
    assert hand.dropped == 1


def test_what_has_gone_to_the_disk_makes_room_and_what_comes_back_takes_it() -> None:
    """Two fit. One leaves, one more comes, the first comes back: all three stay, in order, and the next does not."""
    hand = Hand(2 * (OVERHEAD_BYTES + 1))
    hand.add(unasked(1))
    hand.add(unasked(2))
    batch = hand.first(1)
    hand.let_go(batch)
    hand.add(unasked(3))
    hand.put_back(batch)
    hand.add(unasked(4))
    assert numbers(hand) == [1, 2, 3]
    assert hand.dropped == 1
    hand.clear()
    hand.add(unasked(5))
    hand.add(unasked(6))
    assert numbers(hand) == [5, 6]


def test_a_long_message_counts_with_its_length() -> None:
    """Ten kilobytes are not one message like any other."""
    hand = Hand(10_000)
    hand.add(unasked(1, bytes(10_000)))
    hand.add(unasked(2, bytes(9_000)))
    assert numbers(hand) == [2]
    assert hand.dropped == 1
