"""Fields that not everybody may see."""

from shared.access.labels import ALL_LABELS, COST, visible
from shared.access.roles import LABELS, PERMISSIONS, ROLES
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
