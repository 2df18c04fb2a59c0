"""Sending the reports people subscribed to: each run once, complete or said not to be, in the person's own rights.

A tick enters what is due, waits for stores that are not complete up to the subscription's limit, makes each report with
what its subscriber may see now, and hands it to its channel. A run is marked as being sent before it is: whatever ends
the program in between leaves a run that somebody must look at, never a second message. What the other side refused is
tried again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import structlog

from cloud.identity import grants
from cloud.reports import subscriptions
from cloud.reports.answering import answered, zone_of
from cloud.reports.asked import Question, business_today
from cloud.reports.completeness import stores_behind
from cloud.reports.dataset import told, word
from cloud.reports.delivery import robots
from cloud.reports.delivery.channels import ROBOTS, SENDERS, target
from cloud.reports.delivery.message import File, Message, SendFailed, Target, headline, lines_of
from cloud.reports.exports.pdf import pdf
from cloud.reports.exports.shown import file_name
from cloud.reports.exports.xlsx import xlsx
from cloud.reports.registry import report_of
from cloud.reports.subscriptions import Subscription
from cloud.store.installation import Installation
from cloud.store.tenant import Reading, TenantStore
from shared.access.roles import WHOLE_CHAIN, Principal
from shared.errors import DomainError
from shared.i18n import language_of

log = structlog.get_logger("cloud.reports")

FOLDER = "reports"
MINUTE_MS = 60_000
BACKOFF_MINUTES = (1, 5, 30, 120, 300, 600)
"""After each refusal; the one after the last ends it."""
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def send_reports(installation: Installation) -> int:
    """One tick over every tenant; returns how many runs were delivered."""
    return sum(_tick(installation, store) for store in installation.tenants())


def _tick(installation: Installation, store: TenantStore) -> int:
    now_ms = installation.clock()
    with store.writing() as writing:
        if left := subscriptions.left_sending(writing, now_ms):
            log.warning("report_runs_uncertain", runs=left)
    kept = {one.subscription: one for one in _enter_due(store, now_ms)}
    with store.reading() as reading:
        runs = subscriptions.ready(reading, now_ms)
    prepared: defaultdict[str, list[tuple[Any, Message, int]]] = defaultdict(list)
    for run in runs:
        subscription = kept.get(run.subscription)
        if subscription is None:
            with store.writing() as writing:
                subscriptions.note(writing, run, "refused", only_in=("waiting", "retry"), why="paused")
            continue
        made = _prepared(installation, store, run, subscription, now_ms)
        if made is not None:
            prepared[subscription.channel].append((run, *made))
    return sum(_deliver(installation, store, channel, runs) for channel, runs in sorted(prepared.items()))


def _enter_due(store: TenantStore, now_ms: int) -> list[Subscription]:
    with store.writing() as writing:
        kept = subscriptions.active(writing)
        for one in kept:
            zone = zone_of(writing, one.told.stores or None)
            subscriptions.enter(writing, one, subscriptions.latest_due(one.told, now_ms, zone), now_ms)
    return kept


def _prepared(
    installation: Installation, store: TenantStore, run: Any, kept: Subscription, now_ms: int
) -> tuple[Message, int] | None:
    """The message and how many stores were behind; None where the run waits or was refused."""
    said = kept.told
    try:
        with store.reading() as reading:
            person = _person(reading, kept.user)
            report = report_of(said.report)
            if not person.may(report.permission):
                raise DomainError("not_permitted", permission=report.permission)
            asked = Question(
                first=date.fromisoformat(run.first_day),
                last=date.fromisoformat(run.last_day),
                stores=_stores(person, said.stores),
            )
            count, behind = stores_behind(reading, asked, now_ms)
            if behind and now_ms < int(run.due_ms) + said.wait_minutes * MINUTE_MS:
                _wait(store, run, f"{len(behind)}/{count}", now_ms)
                return None
            today = business_today(reading, now_ms)
            dataset = answered(report, reading, asked, said.wanted, person.labels, today, now_ms)
        dataset = msgspec.structs.replace(dataset, revision=int(run.revision))
        language = said.language
        make: Callable[..., bytes] = xlsx if said.form == "xlsx" else pdf
        name = file_name(dataset, said.form).replace("liushui-", f"liushui-{kept.subscription[:6]}-", 1)
        message = Message(
            key=f"{kept.subscription}.{run.first_day}.{run.last_day}.{run.revision}",
            title=headline(dataset, language, told(word("report_word_revision"), language)),
            lines=lines_of(dataset, language),
            link=_link(installation, run, said),
            link_title=told(word("report_open"), language),
            to=said.to,
            file=File(name, MEDIA[said.form], make(dataset, language)),
        )
    except DomainError as error:
        with store.writing() as writing:
            subscriptions.note(writing, run, "refused", only_in=("waiting", "retry"), why=error.key)
        return None
    return message, len(behind)


def _wait(store: TenantStore, run: Any, behind: str, now_ms: int) -> None:
    with store.writing() as writing:
        subscriptions.note(
            writing, run, run.state, only_in=("waiting", "retry"), next_ms=now_ms + MINUTE_MS, why=behind
        )


def _person(reading: Reading, user_id: str) -> Principal:
    """The subscriber as they are now. Raises `user_unknown`."""
    user = grants.user(reading, user_id)
    if user is None or user.revoked:
        raise DomainError("user_unknown", user=user_id)
    return Principal(
        user=user.user,
        name=user.name,
        role=user.role,
        stores=user.stores,
        language=language_of(user.language),
    )


def _stores(person: Principal, asked: tuple[str, ...]) -> tuple[str, ...] | None:
    """Those asked for that are still theirs. Raises `store_out_of_scope` for one that is not."""
    for store in asked:
        if not person.sees_store(store):
            raise DomainError("store_out_of_scope", store=store)
    if asked:
        return asked
    return None if WHOLE_CHAIN in person.stores else person.stores


def _link(installation: Installation, run: Any, said: subscriptions.Told) -> str:
    public = installation.settings.public_url.rstrip("/")
    if not public:
        return ""
    stores = "".join(f"&store={store}" for store in said.stores)
    by = f"&by={said.by}" if said.by else ""
    return f"{public}/office/reports/{said.report}?from={run.first_day}&to={run.last_day}{by}{stores}"


def _deliver(
    installation: Installation, store: TenantStore, channel: str, prepared: list[tuple[Any, Message, int]]
) -> int:
    """Everything that is due for one channel; robots get several reports as one message, and only so many a minute."""
    settings = installation.settings
    try:
        with store.reading() as reading:
            to = target(reading, channel, installation.folder / FOLDER, settings.robot_hosts)
            sent = subscriptions.messages_since(reading, channel, installation.clock() - MINUTE_MS)
    except DomainError as error:
        with store.writing() as writing:
            for run, *_ in prepared:
                subscriptions.note(writing, run, "refused", only_in=("waiting", "retry"), why=error.key)
        return 0
    if to.kind not in ROBOTS:
        return sum(_send(installation, store, to, [one], one[1]) for one in prepared)
    by_key = {message.key: (run, message, behind) for run, message, behind in prepared}
    done = 0
    for part in robots.joined(to.kind, [message for _, message, _ in prepared], settings.tenant_name)[
        : max(robots.A_MINUTE - sent, 0)
    ]:
        digest = robots.digest_of(part, settings.tenant_name)
        done += _send(installation, store, to, [by_key[message.key] for message in part], digest)
    return done


def _send(
    installation: Installation,
    store: TenantStore,
    to: Target,
    parts: list[tuple[Any, Message, int]],
    message: Message,
) -> int:
    """One message with the runs it is made of: claimed, sent, noted, each in a transaction of its own."""
    now_ms = installation.clock()
    with store.writing() as writing:
        claimed = [
            run
            for run, _, behind in parts
            if subscriptions.note(
                writing,
                run,
                "sending",
                only_in=("waiting", "retry"),
                tries=int(run.tries) + 1,
                next_ms=now_ms,
                message=message.key,
                behind=behind,
                why="",
            )
        ]
    if len(claimed) != len(parts):
        return 0
    try:
        SENDERS[to.kind](to, message, now_ms)
    except SendFailed as failed:
        _failed(store, claimed, failed, installation.clock())
        return 0
    except DomainError as error:
        _failed(store, claimed, SendFailed(error.key), installation.clock())
        return 0
    with store.writing() as writing:
        for run in claimed:
            # Also where somebody took us for dead in the meantime: it was sent.
            subscriptions.note(
                writing, run, "sent", only_in=("sending", "uncertain"), sent_ms=installation.clock(), why=""
            )
    return len(claimed)


def _failed(store: TenantStore, runs: list[Any], failed: SendFailed, now_ms: int) -> None:
    with store.writing() as writing:
        for run in runs:
            tries = int(run.tries)
            log.warning(
                "report_not_delivered", subscription=run.subscription, tries=tries + 1, why=failed.why
            )
            if not failed.certain:
                subscriptions.note(writing, run, "uncertain", only_in=("sending",), why=failed.why)
            elif tries < len(BACKOFF_MINUTES):
                next_ms = now_ms + BACKOFF_MINUTES[tries] * MINUTE_MS
                subscriptions.note(
                    writing, run, "retry", only_in=("sending",), why=failed.why, next_ms=next_ms
                )
            else:
                subscriptions.note(writing, run, "failed", only_in=("sending",), why=failed.why)
