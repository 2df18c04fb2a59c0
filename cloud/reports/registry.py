"""The standard reports: each is one file of this folder that declares `REPORT`, and nothing keeps a list of them.

What a report declares is all there is to say about it: its route, its place in the gallery, its parameters in the
OpenAPI document, who may ask, and the columns its sections may have.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Literal

import msgspec

import cloud.reports
from cloud.reports.asked import Named, Question
from cloud.reports.dataset import Column, Figure, Section
from cloud.store.tenant import Reading
from shared.access.labels import Label
from shared.accounting.accounts import CHARTS
from shared.errors import DomainError

Area = Literal["business", "sales", "goods", "purchasing", "books"]
Compare = Literal["previous", "year"]
DAYS_MAX = 366


class Days(msgspec.Struct, frozen=True):
    """A number of days one may choose; 0 leaves it to the report's own rule."""

    default: int
    least: int
    most: int


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """One question to a report: everything it may know."""

    reading: Reading
    question: Question
    today: date
    now_ms: int
    by: str = ""
    compare: Compare = "previous"
    days: int = 0
    account: str = ""
    """A code of the chart, or empty: every account."""
    whole: bool = True
    """The whole chain was asked about, so what stands at head office and on the road counts too."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...] = ()
    notes: tuple[Named, ...] = ()


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """`span`: "day" is about one business day, the last of the period; "days" about a period of several.

    Its title and its question are the texts `report_<key>` and `report_<key>_asks` (dashes as underscores).
    """

    key: str
    area: Area
    permission: str
    span: Literal["day", "days"] = "days"
    by: tuple[str, ...] = ()
    by_needs: Mapping[str, Label] = {}
    """Ways of grouping that show what only holders of a label may see."""
    days: Days | None = None
    compares: bool = False
    accounts: bool = False
    """Whether one may ask about one account of the chart."""
    sections: Mapping[str, tuple[Column, ...]]
    answer: Callable[[Asking], Answer]

    def grouping(self, by: str, labels: frozenset[Label]) -> str:
        """The way of grouping asked for, or the first. Raises `report_by_unknown`, `not_permitted`."""
        if not self.by and not by:
            return ""
        chosen = by or self.by[0]
        if chosen not in self.by:
            raise DomainError("report_by_unknown", by=by[:40], known=", ".join(self.by) or "–")
        needed = self.by_needs.get(chosen)
        if needed is not None and needed not in labels:
            raise DomainError("not_permitted", permission=needed)
        return chosen

    def comparison(self, compare: str) -> Compare:
        """What to compare with. Raises `report_compare_unknown`."""
        if compare in ("", "previous"):
            return "previous"
        if compare == "year" and self.compares:
            return "year"
        raise DomainError("report_compare_unknown", compare=compare[:40])

    def account_asked(self, account: str) -> str:
        """The account asked about. Raises `report_parameter_unknown`, `ledger_account_unknown`."""
        if account and not self.accounts:
            raise DomainError("report_parameter_unknown", name="account")
        if account and all(account not in chart.accounts for chart in CHARTS):
            raise DomainError("ledger_account_unknown", account=account[:40], chart=CHARTS[0].name)
        return account

    def span_of_days(self, days: int | None) -> int:
        """The number of days asked for, or the usual one. Raises `report_days_wrong`."""
        if self.days is None:
            if days is None:
                return 0
            raise DomainError("report_parameter_unknown", name="days")
        chosen = self.days.default if days is None else days
        if not self.days.least <= chosen <= self.days.most:
            raise DomainError("report_days_wrong", least=self.days.least, most=self.days.most)
        return chosen


@cache
def reports() -> Mapping[str, Report]:
    """Every report by its key, in the order of the keys."""
    found: dict[str, Report] = {}
    for module in pkgutil.iter_modules(cloud.reports.__path__):
        report = getattr(importlib.import_module(f"{cloud.reports.__name__}.{module.name}"), "REPORT", None)
        if report is not None:
            assert isinstance(report, Report)
            assert report.key not in found, f"two reports are called {report.key}"
            found[report.key] = report
    return dict(sorted(found.items()))


def report_of(key: str) -> Report:
    """Raises `report_unknown`."""
    found = reports().get(key)
    if found is None:
        raise DomainError("report_unknown", report=key[:40])
    return found
