"""The roles of a chain and what each may do; deny by default.

A person has one role and a scope of stores ("*" for the whole chain). Every command and every route names the
permission it needs; a test fails on one that does not.
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from shared.access.labels import ALL_LABELS, COST, MARGIN, PERSONAL, SUPPLIER_PRICE, Label

Role = Literal["owner", "head_office", "accountant", "store_manager", "clerk", "inspector"]
ROLES: tuple[Role, ...] = get_args(Role)

_CLERK = {
    "stock.read",
    "stock.receive",
    "stock.count",
    "stock.waste",
    "stock.transfer",
    "sales.sell",
    "sales.take_back",
    "service.render",
    "production.run",
    "sensing.read",
    "photos.write",
    "printing.print",
}
_INSPECTOR = {
    "stock.read",
    "quality.inspect",
    "quality.hold",
    "quality.read",
    "sensing.read",
    "photos.write",
    "printing.print",
}
_MANAGER = (
    _CLERK
    | _INSPECTOR
    | {
        "stock.open",
        "sales.override_price",
        "quality.release",
        "sensing.acknowledge",
        "node.read",
        "reports.read",
        "facts.read",
        "purchasing.read",
        "purchasing.send_back",
        "till.record",
        "stock.give",
        "production.cost",
        "quarantine.read",
        "quarantine.decide",
        "printing.configure",
        "devices.configure",
    }
)
_HEAD_OFFICE = {
    "stock.read",
    "quality.read",
    "sensing.read",
    "sensing.acknowledge",
    "node.read",
    "reports.read",
    "facts.read",
    "catalogue.read",
    "catalogue.edit",
    "catalogue.price",
    "sensing.configure",
    "purchasing.read",
    "purchasing.order",
    "purchasing.contract",
    "purchasing.invoice",
    "purchasing.approve_invoice",
    "credit.manage",
    "credit.approve",
    "books.read",
    "books.configure",
    "books.record",
    "books.voucher",
    "books.dispose",
    "books.close",
    "books.export",
    "replenishment.read",
    "quarantine.read",
}
_ACCOUNTANT = {
    "stock.read",
    "quality.read",
    "node.read",
    "reports.read",
    "facts.read",
    "catalogue.read",
    "purchasing.read",
    "purchasing.invoice",
    "purchasing.approve_invoice",
    "credit.manage",
    "books.read",
    "books.configure",
    "books.record",
    "books.voucher",
    "books.dispose",
    "books.close",
    "books.export",
    "quarantine.read",
}
"""会计: keeps the books and what they rest on; neither prices nor orders nor a store's goods are theirs to change."""
_OWNER = (
    _HEAD_OFFICE
    | _ACCOUNTANT
    | _MANAGER
    | {"access.manage", "purchasing.automate", "node.enrol", "sales.import", "reports.channels"}
)

PERMISSIONS: dict[Role, frozenset[str]] = {
    "owner": frozenset(_OWNER),
    "head_office": frozenset(_HEAD_OFFICE),
    "accountant": frozenset(_ACCOUNTANT),
    "store_manager": frozenset(_MANAGER),
    "clerk": frozenset(_CLERK),
    "inspector": frozenset(_INSPECTOR),
}
EVERY_PERMISSION = frozenset().union(*PERMISSIONS.values())

LABELS: dict[Role, frozenset[Label]] = {
    "owner": ALL_LABELS,
    "head_office": frozenset((COST, MARGIN, SUPPLIER_PRICE)),
    "accountant": frozenset((COST, MARGIN, SUPPLIER_PRICE)),
    "store_manager": frozenset((COST, PERSONAL)),
    "clerk": frozenset(),
    "inspector": frozenset(),
}

WHOLE_CHAIN = "*"


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asking: a person signed in, a device with its key, or the system's own jobs."""

    user: str
    name: str
    role: Role
    stores: tuple[str, ...]
    language: str = "zh-CN"

    def may(self, permission: str) -> bool:
        return permission in PERMISSIONS[self.role]

    def sees_store(self, store: str) -> bool:
        return WHOLE_CHAIN in self.stores or store in self.stores

    @property
    def labels(self) -> frozenset[Label]:
        return LABELS[self.role]
