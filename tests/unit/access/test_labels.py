"""Fields that not everybody may see."""

from shared.access.labels import ALL_LABELS, COST, visible
from shared.access.roles import LABELS, PERMISSIONS, ROLES
from shared.ledger.command import command_types
from shared.stock.events import GoodsReceived, ReceivedLine

RECEIPT = GoodsReceived(
    receipt="r", lines=(ReceivedLine(sku="a", lot="l", place="main", qty=1, unit_cost=5_000_000),)
)


def test_a_hidden_field_is_left_out_at_any_depth() -> None:
    """Left out, not emptied: nobody mistakes a hidden cost for zero."""
    assert "unit_cost" not in visible(RECEIPT, frozenset())["lines"][0]
    assert visible(RECEIPT, frozenset({COST}))["lines"][0]["unit_cost"] == 5_000_000
    assert "unit_cost" not in visible({"deep": [RECEIPT]}, frozenset())["deep"][0]["lines"][0]


def test_every_role_is_defined_and_only_the_owner_sees_everything() -> None:
    """Clerks and inspectors see no costs; nobody but the owner manages people."""
    assert set(PERMISSIONS) == set(LABELS) == set(ROLES)
    assert LABELS["owner"] == ALL_LABELS
    assert not LABELS["clerk"]
    assert not LABELS["inspector"]
    assert [role for role in ROLES if "access.manage" in PERMISSIONS[role]] == ["owner"]


def test_an_accountant_keeps_the_books_and_touches_no_goods() -> None:
    """Every command on the books and its reports; no price, no order, no goods, no people."""
    may = PERMISSIONS["accountant"]
    of_the_books = {
        command.permission for command in command_types().values() if "books." in command.permission
    }
    assert of_the_books <= may
    assert {"books.read", "books.export", "reports.read"} <= may
    assert not {
        name
        for name in may
        if name.startswith(("sales.", "quality.", "access.", "stock.")) and not name.endswith(".read")
    }
    assert not may & {"catalogue.edit", "catalogue.price", "purchasing.order", "credit.approve", "node.enrol"}
