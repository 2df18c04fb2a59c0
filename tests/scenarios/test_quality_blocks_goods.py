"""Inspections, holds and the cold chain: what is blocked, at once, and what comes free again."""

import pytest

from shared.errors import DomainError
from shared.quality.events import InspectionRecorded, LotHeld
from tests.support.shop import Shop, pieces

PHOTO = "ab" * 32


@pytest.fixture
def shop() -> Shop:
    """A bakery with sixty bottles of milk in the fridge."""
    shop = Shop().open_up()
    shop.receive("milk", "60", lot="L1", expiry="2026-11-29")
    return shop


def sell(shop: Shop, qty: str, lot: str | None = None) -> None:
    shop.ask("sales.sell", lines=[{"sku": "milk", "qty": qty, "lot": lot}])


def test_a_failed_inspection_makes_the_quantity_unsellable_in_the_same_fact(shop: Shop) -> None:
    """40 accepted, 15 held, 5 rejected: 20 are blocked by the inspection itself."""
    (fact,) = shop.ask(
        "quality.inspect",
        lines=[{"sku": "milk", "lot": "L1", "accepted": "40", "held": "15", "rejected": "5"}],
        answers=[{"question": "seal", "passed": True}],
        photos=[PHOTO],
    )
    assert isinstance(fact, InspectionRecorded)
    assert sum(take.qty for take in fact.lines[0].blocks) == pieces(20)
    assert shop.lying("milk")["L1@hold/fridge"] == "20"
    sell(shop, "40")
    with pytest.raises(DomainError) as error:
        sell(shop, "1", "L1")
    assert error.value.key == "lot_held"


@pytest.mark.parametrize("passed", [False, None])
def test_an_answer_that_is_missing_or_failed_blocks_everything(shop: Shop, passed: bool | None) -> None:
    """Fail-closed: nobody accepts goods by forgetting a question (F23)."""
    shop.ask(
        "quality.inspect",
        lines=[{"sku": "milk", "lot": "L1", "accepted": "60"}],
        answers=[{"question": "smell", "passed": True}, {"question": "seal", "passed": passed}],
    )
    assert shop.lying("milk")["L1@hold/fridge"] == "60"


def test_a_warm_fridge_blocks_its_lots_and_a_manager_decides(shop: Shop) -> None:
    """R10: 60 on hand stay 60, none may be sold; 40 go back, 20 to waste, 40 are left."""
    shop.receive("cake", "5", lot="C1")
    facts = shop.ask(
        "sensing.begin_excursion",
        excursion="probe-1",
        sensor="probe",
        place="fridge",
        quantity="temperature",
        began_ms=1,
        limit=8_000_000,
        value=9_400_000,
    )
    assert isinstance(facts[1], LotHeld)
    assert facts[1].excursion == "probe-1"
    assert shop.on_hand("milk") == "60"
    assert "L1@store/fridge" not in shop.lying("milk")
    assert shop.lying("cake") == {"C1@store/main": "5", "C1@supplier": "-5"}
    shop.ask(
        "quality.release",
        reason="checked",
        photos=[PHOTO],
        lines=[
            {"sku": "milk", "lot": "L1", "qty": "40", "to": "store"},
            {"sku": "milk", "lot": "L1", "qty": "20", "to": "waste"},
        ],
    )
    assert shop.on_hand("milk") == "40"
    assert shop.lying("milk")["L1@waste"] == "20"
    with pytest.raises(DomainError) as error:
        shop.ask(
            "quality.release",
            reason="again",
            lines=[{"sku": "milk", "lot": "L1", "qty": "1", "to": "store"}],
        )
    assert error.value.key == "held_less_than_asked"


@pytest.mark.parametrize("to", ["store", "waste"])
@pytest.mark.parametrize(
    "proof", [{"reason": "smells fine"}, {"reason": "  ", "photos": [PHOTO]}], ids=["no photo", "no reason"]
)
def test_what_got_too_warm_is_decided_about_with_a_photo_and_a_reason(
    shop: Shop, to: str, proof: dict[str, object]
) -> None:
    """R10: whatever page or program asks, without both the goods stay where they are."""
    shop.ask(
        "sensing.begin_excursion",
        excursion="probe-1",
        sensor="probe",
        place="fridge",
        quantity="temperature",
        began_ms=1,
        limit=8_000_000,
        value=9_400_000,
    )
    with pytest.raises(DomainError) as refused:
        shop.ask("quality.release", lines=[{"sku": "milk", "lot": "L1", "qty": "1", "to": to}], **proof)
    assert (refused.value.key, refused.value.values["lot"]) == ("excursion_release_unproven", "L1")
    assert shop.lying("milk")["L1@hold/fridge"] == "60"


def test_what_an_inspector_held_is_freed_by_the_reason_alone(shop: Shop) -> None:
    """The photo is the inspection's own; only a fridge's alarm asks for one more."""
    shop.ask("quality.hold", lines=[{"sku": "milk", "lot": "L1", "qty": "4"}], reason="smell")
    shop.ask(
        "quality.release",
        lines=[{"sku": "milk", "lot": "L1", "qty": "4", "to": "store"}],
        reason="tasted",
    )
    assert shop.lying("milk")["L1@store/fridge"] == "60"


def test_history_found_in_late_data_blocks_nothing(shop: Shop) -> None:
    """What was warm five weeks ago is a line in the record, not an alarm."""
    facts = shop.ask(
        "sensing.begin_excursion",
        excursion="probe-0",
        sensor="probe",
        place="fridge",
        quantity="temperature",
        began_ms=1,
        limit=8_000_000,
        value=9_400_000,
        backfilled=True,
    )
    assert [fact.kind for fact in facts] == ["sensing.excursion_began.v1"]


def test_goods_returned_wait_for_somebody_to_look(shop: Shop) -> None:
    """A customer's return is held by default and sellable only when it was restocked on purpose (R8)."""
    shop.ask("sales.take_back", lines=[{"sku": "milk", "qty": "1", "lot": "L1"}], reason="warm")
    assert shop.lying("milk")["L1@hold/fridge"] == "1"
    line = {"sku": "milk", "qty": "1", "lot": "L1", "disposition": "restock"}
    shop.ask("sales.take_back", lines=[line], reason="changed mind")
    assert shop.lying("milk")["L1@store/fridge"] == "61"
