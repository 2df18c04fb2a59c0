"""`post`: the one place that says which entries follow from a document; each family registers its own.

A posting function reads the document and the desk, books entries in the draft and leaves on the desk what later
documents will ask for. It raises DomainErrors for what cannot be; `posted` then leaves no trace of it.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import singledispatch

from shared.accounting.desk import Desk, Draft
from shared.accounting.documents import Document
from shared.accounting.voucher import Voucher


@singledispatch
def post(document: Document, _desk: Desk, _draft: Draft) -> None:
    """Entries of one kind of document; a kind nobody registered is our mistake."""
    raise AssertionError(f"no posting for {document.type}")


def posted(document: Document, desk: Desk) -> Voucher:
    """The voucher of one document, and the desk after it; a refused document changes nothing."""
    draft = Draft(document, desk.policy)
    try:
        post(document, desk, draft)
    except BaseException:
        desk.undo()
        raise
    voucher = draft.voucher()
    desk.settle()
    for entry in voucher.entries:
        sides = desk.turnover.setdefault(entry.account, [0, 0])
        sides[entry.amount < 0] += abs(entry.amount)
    return voucher


for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
