"""The standard reports: a route for each report of the registry, as page, spreadsheet or paper, and their gallery."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from cloud.books.terms import policy_now
from cloud.http.answers import Answer, answer, plain
from cloud.http.asker import Asker
from cloud.http.gate import SIGNED_IN, STORES
from cloud.reports.answering import Wanted, answered
from cloud.reports.asked import Named, business_today, latest_day_sold, question
from cloud.reports.dataset import told, word
from cloud.reports.exports.pdf import pdf
from cloud.reports.exports.shown import ShownReport, asks_of, file_name, shown, title_of
from cloud.reports.exports.xlsx import xlsx
from cloud.reports.registry import Area, Report, reports
from cloud.store.installation import Installation
from shared.accounting.accounts import Chart
from shared.errors import DomainError

From = Annotated[date | None, QueryParameter(name="from", required=False)]
To = Annotated[date | None, QueryParameter(name="to", required=False)]
Stores = Annotated[list[str] | None, QueryParameter(name="store", required=False, max_items=200)]
Word = Annotated[str, QueryParameter(required=False, max_length=40)]
Format = Annotated[str, QueryParameter(name="format", required=False, max_length=10)]
Days = Annotated[int | None, QueryParameter(name="days", required=False)]

MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


class Choice(msgspec.Struct, frozen=True):
    value: str
    title: str


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A report as the gallery shows it; `days` [usual, least, most] where one may choose a number of days,
    `accounts` those one may ask about."""

    key: str
    area: Area
    title: str
    asks: str
    span: str
    by: list[Choice]
    compares: bool
    days: list[int] | None
    accounts: list[Choice]


class Gallery(msgspec.Struct, frozen=True, kw_only=True):
    reports: list[Card]


def _card(report: Report, asker: Asker, chart: Chart) -> Card:
    language, labels = asker.language, asker.principal.labels
    return Card(
        key=report.key,
        area=report.area,
        title=title_of(report.key, language),
        asks=asks_of(report.key, language),
        span=report.span,
        by=[
            Choice(by, told(word(f"report_by_{by}"), language))
            for by in report.by
            if report.by_needs.get(by) in (None, *labels)
        ],
        compares=report.compares,
        days=None if report.days is None else [report.days.default, report.days.least, report.days.most],
        accounts=[
            Choice(one.code, f"{one.code} {told(Named(one.zh, one.en), language)}")
            for one in sorted(chart.accounts.values(), key=lambda one: one.code)
            if report.accounts
        ],
    )


@get("/v1/reports", permission=SIGNED_IN, scope=STORES, answers=Gallery, sync_to_thread=True)
def gallery(asker: NamedDependency[Asker]) -> Answer:
    """The reports this person may ask, in their language."""
    with asker.store.reading() as reading:
        chart = policy_now(reading).chart
    asked = [one for one in reports().values() if asker.principal.may(one.permission)]
    return plain(Gallery(reports=[_card(one, asker, chart) for one in asked]))


def route_of(report: Report) -> HTTPRouteHandler:
    """The report's own route, so that its permission stands on it and the OpenAPI document names it."""

    def ask(
        asker: NamedDependency[Asker],
        installation: NamedDependency[Installation],
        first: From = None,
        last: To = None,
        store: Stores = None,
        by: Word = "",
        compare: Word = "",
        days: Days = None,
        account: Word = "",
        wanted_format: Format = "json",
    ) -> Answer:
        if wanted_format not in ("json", *MEDIA):
            raise DomainError("report_format_unknown", format=wanted_format[:10])
        stores, now_ms = asker.stores(store), installation.clock()
        with asker.store.reading() as reading:
            today = business_today(reading, now_ms)
            until = last or latest_day_sold(reading, stores, today)
            dataset = answered(
                report,
                reading,
                question(stores, first, last, until),
                Wanted(by=by, compare=compare, days=days, account=account),
                asker.principal.labels,
                today,
                now_ms,
            )
        if wanted_format == "json":
            return answer(shown(dataset, asker.language), asker)
        made = (xlsx if wanted_format == "xlsx" else pdf)(dataset, asker.language)
        name = file_name(dataset, wanted_format)
        return Response(
            made,
            media_type=MEDIA[wanted_format],
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    ask.__name__ = f"report_{report.key.replace('-', '_')}"
    ask.__doc__ = f"{asks_of(report.key, 'en')} As JSON, `format=xlsx` or `format=pdf`."
    declared = get(
        f"/v1/reports/{report.key}",
        permission=report.permission,
        scope=STORES,
        answers=ShownReport,
        sync_to_thread=True,
        operation_id=f"Report{report.key.title().replace('-', '')}",
    )
    return declared(ask)


router = Router("/", route_handlers=[gallery, *(route_of(report) for report in reports().values())])
