"""The demo's story is the same every time it is told, and every op of it passes the real rules."""

import io
from collections import Counter
from datetime import date, timedelta

import pytest
from PIL import Image

from cloud.demo.ops import HEAD_OFFICE
from cloud.demo.story import Story, tell
from cloud.demo.totals import figures_of_source, in_all
from shared.barcodes.gtin import require_check_digit
from shared.units import MICRO
from tests.unit.demo.in_memory import Node

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def story() -> Story:
    """The whole story, as `liushui demo` replays it."""
    return tell(TODAY)


@pytest.fixture(scope="module")
def chain(story: Story) -> dict[str, Node]:
    """Every store after the whole story; an op that the rules refuse raises here."""
    office = Node(HEAD_OFFICE)
    for op in story.office:
        office.ask(op, TODAY)
    nodes = {store: Node(store) for store in story.stores}
    for store, node in nodes.items():
        node.learn(office)
        for op in story.by_store[store]:
            node.ask(op, TODAY)
    return nodes


def test_story_is_told_the_same_way_every_time() -> None:
    """A second telling has the same ids, bodies and photographs, so a retry doubles nothing."""
    one, again = tell(TODAY, days=5), tell(TODAY, days=5)
    assert one.by_store == again.by_store
    assert one.office == again.office
    assert one.photos == again.photos


def test_ids_are_unique_and_devices_count_from_one(story: Story) -> None:
    """Every op has an id of its own and every device counts without a gap."""
    ops = [op for store in story.by_store.values() for op in store] + list(story.office)
    assert len({op.op_id for op in ops}) == len(ops)
    assert all(op.op_id[14] == "7" for op in ops)
    counted: Counter[str] = Counter()
    for op in ops:
        counted[op.device] += 1
        assert op.dev_seq == counted[op.device]


def test_ops_are_in_the_order_of_time_and_end_yesterday(story: Story) -> None:
    """A store's ops are sent as they happened, and nothing lies in the future."""
    for ops in story.by_store.values():
        moments = [op.at_ms for op in ops]
        assert moments == sorted(moments)
    assert max(basket.at for basket in story.sold).date() == TODAY - timedelta(days=1)


def test_figures_equal_the_source_to_the_cent(chain: dict[str, Node]) -> None:
    """Through the real decisions and projections, sales by store and day are those of the file."""
    source = figures_of_source(TODAY)
    found: dict[tuple[str, str], dict[str, int]] = {}
    for store, node in chain.items():
        for key, row in node.view.all_rows("sales_total").items():
            if row["sales"]:
                figures = {
                    "amount": int(row["amount"] or 0),
                    "count": int(row["sales"] or 0),
                    "qty": 0,
                    "lines": 0,
                }
                found[store, str(key[0])] = figures
        for key, row in node.view.all_rows("sales_day").items():
            if row["lines"]:
                found[store, str(key[0])]["qty"] += int(row["qty"] or 0) // MICRO
                found[store, str(key[0])]["lines"] += int(row["lines"] or 0)
    assert found == source
    assert in_all(source)["amount"] > 5_000_000


def test_stock_seldom_runs_out(chain: dict[str, Node]) -> None:
    """Deliveries come before the sales they are for: hardly any piece is sold that the book did not know."""
    for node in chain.values():
        short = sum(int(row["short"] or 0) for row in node.view.all_rows("sales_day").values())
        sold = sum(int(row["qty"] or 0) for row in node.view.all_rows("sales_day").values())
        assert short * 200 < sold
        below = [
            key
            for key, row in node.view.all_rows("stock").items()
            if str(key[2]).startswith("store/") and int(row["qty"] or 0) < 0
        ]
        assert len(below) <= 20


def test_every_lot_sums_to_zero_over_its_locations(chain: dict[str, Node]) -> None:
    """Double entry: what came from somewhere lies or went somewhere."""
    for node in chain.values():
        sums: Counter[tuple[object, object]] = Counter()
        for key, row in node.view.all_rows("stock").items():
            sums[key[0], key[1]] += int(row["qty"] or 0)
        assert not +sums
        assert not -sums


def test_the_shops_are_worth_looking_at(story: Story, chain: dict[str, Node]) -> None:
    """At the end there are near-expiry lots, held lots, a transfer on its way, open orders and counted differences."""
    soon = (TODAY + timedelta(days=3)).isoformat()
    near = held = 0
    for node in chain.values():
        expiries = {key: row["expiry"] for key, row in node.view.all_rows("lot").items()}
        for key, row in node.view.all_rows("stock").items():
            qty = int(row["qty"] or 0)
            expiry = expiries.get((key[0], key[1]))
            near += (
                str(key[2]).startswith("store/") and qty > 0 and expiry is not None and str(expiry) <= soon
            )
            held += str(key[2]).startswith("hold/") and qty > 0
    assert near >= 10
    assert held >= 2
    kinds = Counter(op.kind for ops in story.by_store.values() for op in ops)
    assert kinds["stock.transfer_out"] - kinds["stock.transfer_in"] >= 1
    assert (
        min(kinds[kind] for kind in ("quality.release", "sales.take_back", "stock.waste", "stock.count")) >= 3
    )
    received = {op.body.get("order") for ops in story.by_store.values() for op in ops}
    orders = [op.body["order"] for op in story.office if op.kind == "purchasing.place_order"]
    assert any(order not in received for order in orders)


def test_a_transfer_is_once_short(story: Story) -> None:
    """Of at least one transfer a piece got lost on the way."""
    sent: dict[str, int] = {}
    arrived: dict[str, int] = {}
    for ops in story.by_store.values():
        for op in ops:
            if op.kind in ("stock.transfer_out", "stock.transfer_in"):
                carried = sent if op.kind == "stock.transfer_out" else arrived
                carried[op.body["transfer"]] = sum(int(line["qty"]) for line in op.body["lines"])
    short = [transfer for transfer, qty in arrived.items() if qty < sent[transfer]]
    assert short


def test_photographs_are_small_real_jpegs(story: Story) -> None:
    """Each shown photograph exists, decodes, and stays far below what a node accepts."""
    shown = {photo for ops in story.by_store.values() for op in ops for photo in op.photos}
    assert shown == set(story.photos)
    for image in story.photos.values():
        assert len(image) < 200_000
        assert Image.open(io.BytesIO(image)).format == "JPEG"


def test_barcodes_are_valid_and_unique(story: Story) -> None:
    """Every EAN-13 and case code has its check digit."""
    codes = [op.body["code"] for op in story.office if op.kind == "catalogue.assign_barcode"]
    assert len(set(codes)) == len(codes)
    for code in codes:
        if len(code) >= 13:
            require_check_digit(code)
