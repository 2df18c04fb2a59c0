"""A voucher and its entries: what the books say about one document, balanced to the fen and never changed.

An entry has one signed amount, positive for debit; the two columns that people know appear at the rim.
"""

from __future__ import annotations

import datetime

import msgspec


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One line: account code, store, fen (debit positive), and what it is about."""

    account: str
    store: str
    amount: int
    memo: str = ""
    sku: str = ""
    partner: str = ""
    lot: str = ""


class StockMove(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the document did to one (store, SKU): millionths and fen; `batch` is the lot or document it is tied to."""

    store: str
    sku: str
    qty: int
    value: int
    batch: str = ""


class Taking(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one SKU brought in: quantity sold in millionths and fen without tax, both below zero where it came back.

    Entries of revenue stand for a whole receipt, so a voucher says this of its goods besides.
    """

    store: str
    sku: str
    qty: int
    net: int


class Voucher(msgspec.Struct, frozen=True, gc=False):
    event: str
    type: str
    day: datetime.date
    entries: tuple[Entry, ...]
    moves: tuple[StockMove, ...] = ()
