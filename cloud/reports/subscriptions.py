"""Subscriptions: who gets which report of which stores, when, in which form, by which channel; and what became of it.

A run is one report, one period, one audience and a revision; its key stands in the database before anything is sent,
so a restart finds what was begun and sends nothing twice. A period that was missed for more than a day and a half is
skipped: nobody wants five mornings' reports on the sixth.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta
from sqlalchemy import delete, func, select, update

from cloud.reports.answering import Wanted
from cloud.reports.delivery.channels import channel_row
from cloud.reports.delivery.mail import RECIPIENTS_MAX, check_addresses
from cloud.reports.registry import report_of
from cloud.store.clocks import moment
from cloud.store.report_tables import REPORT_RUN, REPORT_SUBSCRIPTION
from cloud.store.tenant import Reading, Writing, mine
from shared.access.roles import Principal
from shared.business_day import local_time
from shared.errors import DomainError

Period = Literal["day", "week", "month", "month_to_date"]
Form = Literal["xlsx", "pdf"]
State = Literal["waiting", "retry", "sending", "sent", "failed", "uncertain", "refused"]
SKIPPED_AFTER_MS = 36 * 3_600_000
GIVEN_UP_MS = 15 * 60_000
RUNS_SHOWN = 10


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked for. `stores` empty: all that the person may see at the time. `at` is minutes after midnight."""

    report: Annotated[str, Meta(max_length=40)]
    stores: Annotated[tuple[Annotated[str, Meta(max_length=60)], ...], Meta(max_length=200)] = ()
    period: Period = "day"
    at: Annotated[int, Meta(ge=0, le=1439)] = 480
    by: Annotated[str, Meta(max_length=40)] = ""
    compare: Annotated[str, Meta(max_length=40)] = ""
    days: Annotated[int, Meta(ge=0, le=366)] | None = None
    form: Form = "xlsx"
    to: Annotated[tuple[Annotated[str, Meta(max_length=200)], ...], Meta(max_length=RECIPIENTS_MAX)] = ()
    language: Literal["zh-CN", "en"] = "zh-CN"
    wait_minutes: Annotated[int, Meta(ge=0, le=1440)] = 120

    @property
    def wanted(self) -> Wanted:
        return Wanted(by=self.by, compare=self.compare, days=self.days)


class NewSubscription(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    subscription: Annotated[str, Meta(max_length=40, pattern=r"^[a-z0-9-]*$")] = ""
    channel: Annotated[str, Meta(max_length=40)]
    told: Told
    paused: bool = False


class RunRow(msgspec.Struct, frozen=True, kw_only=True):
    """`behind`: stores that were not complete when it was made; `why`: what the other side said."""

    first: str = msgspec.field(name="from")
    last: str = msgspec.field(name="to")
    revision: int
    state: State
    due_at: str
    sent_at: str | None
    next_at: str | None
    tries: int
    behind: int
    why: str


class SubscriptionRow(msgspec.Struct, frozen=True, kw_only=True):
    subscription: str
    user: str
    channel: str
    told: Told
    paused: bool
    runs: list[RunRow]


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    subscription: str
    user: str
    channel: str
    told: Told
    paused: bool
    made_ms: int


class Due(msgspec.Struct, frozen=True):
    first: date
    last: date
    due_ms: int


def latest_due(told: Told, now_ms: int, timezone: str) -> Due:
    """The newest period whose hour has come: yesterday's day at 08:00, last week on Monday, last month on the 1st.

    At 07:59 on Monday the 16th it is still the week before last; at 08:00 it is that of the 9th to the 15th.
    """
    zone = ZoneInfo(timezone)
    local = local_time(now_ms, timezone)
    day = local.date()
    if local.hour * 60 + local.minute < told.at:
        day -= timedelta(days=1)
    if told.period == "week":
        day -= timedelta(days=day.weekday())
        first, last = day - timedelta(days=7), day - timedelta(days=1)
    elif told.period == "month":
        day = day.replace(day=1)
        last = day - timedelta(days=1)
        first = last.replace(day=1)
    else:
        last = day - timedelta(days=1)
        first = last if told.period == "day" else last.replace(day=1)
    hour, minute = divmod(told.at, 60)
    due = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
    return Due(first, last, int(due.timestamp() * 1000))


def keep(
    writing: Writing, asked: NewSubscription, new_name: str, person: Principal, now_ms: int
) -> SubscriptionRow:
    """Make a subscription or change one's own. Raises what the report says of its parameters, and more."""
    told, report = asked.told, report_of(asked.told.report)
    if not person.may(report.permission):
        raise DomainError("not_permitted", permission=report.permission)
    report.grouping(told.by, person.labels)
    report.comparison(told.compare)
    report.span_of_days(told.days)
    for store in told.stores:
        if not person.sees_store(store):
            raise DomainError("store_out_of_scope", store=store)
    if channel_row(writing, asked.channel).kind == "email":
        if not told.to:
            raise DomainError("mail_recipient_missing")
        check_addresses(told.to)
    before = subscription_of(writing, asked.subscription, person) if asked.subscription else None
    name = asked.subscription or new_name
    writing.put(
        REPORT_SUBSCRIPTION,
        {
            "subscription": name,
            "user_id": before.user if before else person.user,
            "channel": asked.channel,
            "told": msgspec.json.encode(told).decode(),
            "paused": int(asked.paused),
            "made_ms": before.made_ms if before else now_ms,
        },
    )
    return _row(writing, subscription_of(writing, name, person))


def subscription_of(reading: Reading, name: str, person: Principal) -> Subscription:
    """One's own; whoever manages channels may see everybody's. Raises `subscription_unknown`."""
    row = reading.first(
        select(REPORT_SUBSCRIPTION).where(
            mine(REPORT_SUBSCRIPTION), REPORT_SUBSCRIPTION.c.subscription == name
        )
    )
    if row is None or not (row.user_id == person.user or person.may("reports.channels")):
        raise DomainError("subscription_unknown", subscription=name[:40])
    return _subscription(row)


def _subscription(row: Any) -> Subscription:
    return Subscription(
        subscription=row.subscription,
        user=row.user_id,
        channel=row.channel,
        told=msgspec.json.decode(row.told, type=Told),
        paused=bool(row.paused),
        made_ms=int(row.made_ms),
    )


def active(reading: Reading) -> list[Subscription]:
    """Everybody's that are not paused."""
    rows = reading.all(
        select(REPORT_SUBSCRIPTION)
        .where(mine(REPORT_SUBSCRIPTION), REPORT_SUBSCRIPTION.c.paused == 0)
        .order_by(REPORT_SUBSCRIPTION.c.subscription)
    )
    return [_subscription(row) for row in rows]


def seen_by(reading: Reading, person: Principal) -> list[SubscriptionRow]:
    """One's own, or everybody's for whoever manages channels, each with its latest runs."""
    chosen = select(REPORT_SUBSCRIPTION).where(mine(REPORT_SUBSCRIPTION))
    if not person.may("reports.channels"):
        chosen = chosen.where(REPORT_SUBSCRIPTION.c.user_id == person.user)
    rows = reading.all(chosen.order_by(REPORT_SUBSCRIPTION.c.made_ms))
    return [_row(reading, _subscription(row)) for row in rows]


def _row(reading: Reading, kept: Subscription) -> SubscriptionRow:
    runs = reading.all(
        select(REPORT_RUN)
        .where(mine(REPORT_RUN), REPORT_RUN.c.subscription == kept.subscription)
        .order_by(REPORT_RUN.c.last_day.desc(), REPORT_RUN.c.revision.desc())
        .limit(RUNS_SHOWN)
    )
    return SubscriptionRow(
        subscription=kept.subscription,
        user=kept.user,
        channel=kept.channel,
        told=kept.told,
        paused=kept.paused,
        runs=[
            RunRow(
                first=run.first_day,
                last=run.last_day,
                revision=int(run.revision),
                state=run.state,
                due_at=moment(int(run.due_ms)),
                sent_at=moment(int(run.sent_ms)) if run.sent_ms else None,
                next_at=moment(int(run.next_ms)) if run.state in ("waiting", "retry") else None,
                tries=int(run.tries),
                behind=int(run.behind),
                why=run.why,
            )
            for run in runs
        ],
    )


def remove(writing: Writing, name: str, person: Principal) -> None:
    """With its runs. Raises `subscription_unknown`."""
    subscription_of(writing, name, person)
    for table in (REPORT_RUN, REPORT_SUBSCRIPTION):
        writing.change(delete(table).where(mine(table), table.c.subscription == name))


def enter(writing: Writing, kept: Subscription, due: Due, now_ms: int) -> bool:
    """Note that a run is due; False where it stands already, is older than the subscription, or was missed for long."""
    if due.due_ms <= kept.made_ms or now_ms - due.due_ms > SKIPPED_AFTER_MS:
        return False
    return bool(writing.insert_missing(REPORT_RUN, _run(kept, due.first, due.last, 1, due.due_ms)))


def again(
    writing: Writing, name: str, first: date, last: date, person: Principal, now_ms: int
) -> SubscriptionRow:
    """Make a run anew, as its next revision; the first of a period nobody had is revision 1."""
    kept = subscription_of(writing, name, person)
    if first > last:
        raise DomainError("period_malformed", first=first.isoformat(), last=last.isoformat())
    latest = writing.scalar(
        select(func.max(REPORT_RUN.c.revision)).where(
            mine(REPORT_RUN),
            REPORT_RUN.c.subscription == name,
            REPORT_RUN.c.first_day == first.isoformat(),
            REPORT_RUN.c.last_day == last.isoformat(),
        )
    )
    writing.insert_missing(REPORT_RUN, _run(kept, first, last, int(latest or 0) + 1, now_ms))
    return _row(writing, kept)


def _run(kept: Subscription, first: date, last: date, revision: int, due_ms: int) -> dict[str, Any]:
    return {
        "subscription": kept.subscription,
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "revision": revision,
        "channel": kept.channel,
        "state": "waiting",
        "due_ms": due_ms,
        "next_ms": due_ms,
        "tries": 0,
        "sent_ms": 0,
        "message": "",
        "behind": 0,
        "why": "",
    }


def ready(reading: Reading, now_ms: int, limit: int = 200) -> list[Any]:
    """Runs whose time has come, the oldest first."""
    return list(
        reading.all(
            select(REPORT_RUN)
            .where(
                mine(REPORT_RUN), REPORT_RUN.c.state.in_(("waiting", "retry")), REPORT_RUN.c.next_ms <= now_ms
            )
            .order_by(REPORT_RUN.c.due_ms, REPORT_RUN.c.subscription)
            .limit(limit)
        )
    )


def note(writing: Writing, run: Any, state: State, *, only_in: tuple[State, ...], **cells: Any) -> bool:
    """Change a run's state if it is still in one of these; False where somebody else has changed it."""
    key = ("subscription", "first_day", "last_day", "revision")
    same = [REPORT_RUN.c[name] == getattr(run, name) for name in key]
    changed = update(REPORT_RUN).where(mine(REPORT_RUN), *same, REPORT_RUN.c.state.in_(only_in))
    return writing.change(changed.values(state=state, **cells)) == 1


def messages_since(reading: Reading, channel: str, since_ms: int) -> int:
    """How many messages a channel was sent since then; several reports may have been one message."""
    sent = select(func.count(func.distinct(REPORT_RUN.c.message))).where(
        mine(REPORT_RUN), REPORT_RUN.c.channel == channel, REPORT_RUN.c.sent_ms > since_ms
    )
    return int(reading.scalar(sent) or 0)


def left_sending(writing: Writing, now_ms: int) -> int:
    """Runs being sent for so long that their worker has ended: they may have arrived, so nobody sends them again."""
    lost = update(REPORT_RUN).where(
        mine(REPORT_RUN), REPORT_RUN.c.state == "sending", REPORT_RUN.c.next_ms < now_ms - GIVEN_UP_MS
    )
    return writing.change(lost.values(state="uncertain", why="interrupted"))
