"""Subscriptions to reports and the channels they go by. No answer holds a channel's secret."""

from __future__ import annotations

from datetime import date

import msgspec
from litestar import Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from cloud.http.answers import Answer, plain
from cloud.http.asker import Asker
from cloud.http.gate import CHAIN, STORES
from cloud.reports import subscriptions
from cloud.reports.delivery import channels
from cloud.reports.delivery.channels import ChannelRow, NewChannel
from cloud.reports.subscriptions import NewSubscription, SubscriptionRow
from cloud.store.installation import Installation

_ID_BYTES = 8


class Channels(msgspec.Struct, frozen=True, kw_only=True):
    channels: list[ChannelRow]


class Subscriptions(msgspec.Struct, frozen=True, kw_only=True):
    subscriptions: list[SubscriptionRow]


class RunAgain(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The period to make anew; its next revision is sent within a minute or two."""

    first: date = msgspec.field(name="from")
    last: date = msgspec.field(name="to")


@get("/v1/report-channels", permission="reports.read", scope=STORES, answers=Channels, sync_to_thread=True)
def list_channels(asker: NamedDependency[Asker]) -> Answer:
    """Where reports can be sent."""
    with asker.store.reading() as reading:
        return plain(Channels(channels=channels.channels(reading)))


@post(
    "/v1/report-channels",
    permission="reports.channels",
    scope=CHAIN,
    body=NewChannel,
    answers=ChannelRow,
    status_code=200,
    sync_to_thread=True,
)
def keep_channel(
    asker: NamedDependency[Asker],
    installation: NamedDependency[Installation],
    asked: NamedDependency[NewChannel],
) -> Answer:
    """Make a channel or change one; a secret left empty stays what it is."""
    also, now_ms = installation.settings.robot_hosts, installation.clock()
    name = installation.chance(_ID_BYTES).hex()
    with asker.store.writing() as writing:
        return plain(channels.keep(writing, asked, name, asker.principal.user, also, now_ms))


@delete(
    "/v1/report-channels/{channel:str}",
    permission="reports.channels",
    scope=CHAIN,
    answers=Channels,
    status_code=200,
    sync_to_thread=True,
)
def remove_channel(asker: NamedDependency[Asker], channel: FromPath[str]) -> Answer:
    """Take away a channel that nobody uses."""
    with asker.store.writing() as writing:
        channels.remove(writing, channel)
        return plain(Channels(channels=channels.channels(writing)))


@get(
    "/v1/report-subscriptions",
    permission="reports.read",
    scope=STORES,
    answers=Subscriptions,
    sync_to_thread=True,
)
def list_subscriptions(asker: NamedDependency[Asker]) -> Answer:
    """One's own with their latest deliveries; everybody's for whoever manages channels."""
    with asker.store.reading() as reading:
        return plain(Subscriptions(subscriptions=subscriptions.seen_by(reading, asker.principal)))


@post(
    "/v1/report-subscriptions",
    permission="reports.read",
    scope=STORES,
    body=NewSubscription,
    answers=SubscriptionRow,
    status_code=200,
    sync_to_thread=True,
)
def keep_subscription(
    asker: NamedDependency[Asker],
    installation: NamedDependency[Installation],
    asked: NamedDependency[NewSubscription],
) -> Answer:
    """Subscribe to a report, or change how."""
    name = installation.chance(_ID_BYTES).hex()
    with asker.store.writing() as writing:
        return plain(subscriptions.keep(writing, asked, name, asker.principal, installation.clock()))


@delete(
    "/v1/report-subscriptions/{subscription:str}",
    permission="reports.read",
    scope=STORES,
    answers=Subscriptions,
    status_code=200,
    sync_to_thread=True,
)
def remove_subscription(asker: NamedDependency[Asker], subscription: FromPath[str]) -> Answer:
    """End a subscription."""
    with asker.store.writing() as writing:
        subscriptions.remove(writing, subscription, asker.principal)
        return plain(Subscriptions(subscriptions=subscriptions.seen_by(writing, asker.principal)))


@post(
    "/v1/report-subscriptions/{subscription:str}/runs",
    permission="reports.read",
    scope=STORES,
    body=RunAgain,
    answers=SubscriptionRow,
    status_code=200,
    sync_to_thread=True,
)
def run_again(
    asker: NamedDependency[Asker],
    installation: NamedDependency[Installation],
    subscription: FromPath[str],
    asked: NamedDependency[RunAgain],
) -> Answer:
    """Send a period again, as its next revision."""
    now_ms = installation.clock()
    with asker.store.writing() as writing:
        return plain(
            subscriptions.again(writing, subscription, asked.first, asked.last, asker.principal, now_ms)
        )


router = Router(
    "/",
    route_handlers=[
        list_channels,
        keep_channel,
        remove_channel,
        list_subscriptions,
        keep_subscription,
        remove_subscription,
        run_again,
    ],
)
