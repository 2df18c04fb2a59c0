"""Months of the books: which there are, and what stands between one and its closing. They close by commands."""

from __future__ import annotations

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from cloud.books import closing, overview
from cloud.http.answers import Answer, answer
from cloud.http.asker import Asker
from cloud.http.gate import CHAIN
from cloud.reports.asked import business_today
from cloud.store.installation import Installation


@get(
    "/v1/books/periods",
    permission="books.read",
    scope=CHAIN,
    answers=overview.Periods,
    sync_to_thread=True,
)
def periods(asker: NamedDependency[Asker], installation: NamedDependency[Installation]) -> Answer:
    """Every month of the books, newest first."""
    with asker.store.reading() as reading:
        today = business_today(reading, installation.clock())
        told = overview.Periods(today=today.isoformat(), periods=overview.periods(reading, today))
        return answer(told, asker)


@get(
    "/v1/books/periods/{period:str}",
    permission="books.read",
    scope=CHAIN,
    answers=closing.PeriodTold,
    sync_to_thread=True,
)
def one_period(
    asker: NamedDependency[Asker], installation: NamedDependency[Installation], period: FromPath[str]
) -> Answer:
    """One month with every step of its closing."""
    name = closing.period_named(period)
    with asker.store.reading() as reading:
        today = business_today(reading, installation.clock())
        return answer(closing.way_to_close(reading, name, today), asker)


router = Router("/", route_handlers=[periods, one_period])
