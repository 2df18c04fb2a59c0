"""A transfer: two facts in two logs, and what is missing stays in transit with an owner (R11)."""

import pytest

from shared.errors import DomainError
from shared.stock.events import TransferSent
from tests.support.shop import Shop

LEG = {"sku": "cake", "qty": "10"}


def sent_from(sender: Shop) -> TransferSent:
    sender.receive("cake", "30", lot="L1", expiry="2026-12-30")
    (fact,) = sender.ask("stock.transfer_out", transfer="T-00000001", to_store="S2", lines=[LEG])
    assert isinstance(fact, TransferSent)
    return fact


def test_the_receiver_knows_the_lot_and_its_date() -> None:
    """Lot and expiry travel with the goods; one piece that does not arrive stays in transit."""
    sender, receiver = Shop("S1").open_up(), Shop("S2").open_up()
    sent = sent_from(sender)
    receiver.view.apply([])
    receiver.ask(
        "stock.transfer_in",
        transfer=sent.transfer,
        from_store="S1",
        lines=[{"sku": "cake", "qty": "9", "lot": "L1", "expiry": "2026-12-30"}],
    )
    assert sender.lying("cake")["L1@transit/T-00000001"] == "10"
    assert receiver.lying("cake")["L1@transit/T-00000001"] == "-9"
    assert receiver.on_hand("cake") == "9"
    assert receiver.view.tables["lot"]["cake", "L1"]["expiry"] == "2026-12-30"


def test_more_than_was_sent_is_refused_where_the_sending_is_known() -> None:
    """Twelve cannot arrive of ten; a second arrival counts what came before."""
    chain = Shop("S1").open_up()
    sent = sent_from(chain)
    chain.store = "S2"
    for qty, key in (("12", "more_than_sent"), ("9", None), ("2", "more_than_sent"), ("1", None)):
        line = {"sku": "cake", "qty": qty, "lot": "L1"}
        if key is None:
            chain.ask("stock.transfer_in", transfer=sent.transfer, from_store="S1", lines=[line])
        else:
            with pytest.raises(DomainError) as error:
                chain.ask("stock.transfer_in", transfer=sent.transfer, from_store="S1", lines=[line])
            assert error.value.key == key
