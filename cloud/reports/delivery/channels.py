"""The chain's channels: made and changed by whoever may, known to all subscribers by name, their secrets to nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta
from sqlalchemy import delete, func, select

from cloud.reports.delivery import folder, mail, robots
from cloud.reports.delivery.message import ChannelSecret, ChannelSettings, Kind, Send, Target
from cloud.store.report_tables import REPORT_CHANNEL, REPORT_SUBSCRIPTION
from cloud.store.tenant import Reading, Writing, mine
from shared.errors import DomainError

ROBOTS: tuple[Kind, ...] = ("wecom", "dingtalk", "feishu")
SENDERS: dict[Kind, Send] = {"email": mail.send, "folder": folder.send, **dict.fromkeys(ROBOTS, robots.send)}

ShortText = Annotated[str, Meta(max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")]
SecretText = Annotated[str, Meta(max_length=500, pattern=r"^[\x21-\x7e]*$")]


class NewChannel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A channel as it is entered; a secret left empty keeps the one that is held."""

    channel: Annotated[str, Meta(max_length=40, pattern=r"^[a-z0-9-]*$")] = ""
    kind: Kind
    name: Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")]
    host: ShortText = ""
    port: int = 0
    security: Annotated[str, Meta(pattern=r"^(tls|starttls|none)$")] = "tls"
    user: ShortText = ""
    sender: ShortText = ""
    folder: ShortText = ""
    url: SecretText = ""
    sign: SecretText = ""
    password: Annotated[str, Meta(max_length=200)] = ""


class ChannelRow(msgspec.Struct, frozen=True, kw_only=True):
    """`where` is what tells one from another without giving it away: a host, a folder."""

    channel: str
    kind: Kind
    name: str
    where: str
    carries_files: bool
    settings: ChannelSettings


def channels(reading: Reading) -> list[ChannelRow]:
    """All of them by name."""
    rows = reading.all(select(REPORT_CHANNEL).where(mine(REPORT_CHANNEL)).order_by(REPORT_CHANNEL.c.name))
    return [_row(row) for row in rows]


def _row(row: Any) -> ChannelRow:
    settings = msgspec.json.decode(row.settings, type=ChannelSettings)
    return ChannelRow(
        channel=row.channel,
        kind=row.kind,
        name=row.name,
        where=settings.folder or settings.host,
        carries_files=row.kind not in ROBOTS,
        settings=settings,
    )


def channel_row(reading: Reading, channel: str) -> ChannelRow:
    """Raises `channel_unknown`."""
    return _row(_held(reading, channel))


def _held(reading: Reading, channel: str) -> Any:
    row = reading.first(
        select(REPORT_CHANNEL).where(mine(REPORT_CHANNEL), REPORT_CHANNEL.c.channel == channel)
    )
    if row is None:
        raise DomainError("channel_unknown", channel=channel[:40])
    return row


def keep(
    writing: Writing, asked: NewChannel, channel: str, by: str, also: tuple[str, ...], now_ms: int
) -> ChannelRow:
    """Make a channel or change one; `channel` names a new one. Raises what its kind says of its settings."""
    before = ChannelSecret()
    if asked.channel:
        held = _held(writing, asked.channel)
        if held.kind != asked.kind:
            raise DomainError("channel_kind_stays")
        before = msgspec.json.decode(held.secret, type=ChannelSecret)
    secret = ChannelSecret(
        url=asked.url or before.url,
        sign=asked.sign or before.sign,
        password=asked.password or before.password,
    )
    settings = _settings(asked, secret)
    if asked.kind == "email":
        # A password goes where it was meant to go: another server asks for it anew.
        if asked.channel and not asked.password and before.password:
            _require_same_server(_row(_held(writing, asked.channel)).settings, settings)
        mail.check(settings)
    elif asked.kind == "folder":
        folder.check(settings)
    else:
        robots.check(asked.kind, secret, also)
    name = asked.channel or channel
    writing.put(
        REPORT_CHANNEL,
        {
            "channel": name,
            "kind": asked.kind,
            "name": asked.name,
            "settings": msgspec.json.encode(settings).decode(),
            "secret": msgspec.json.encode(secret).decode(),
            "changed_by": by,
            "changed_ms": now_ms,
        },
    )
    return channel_row(writing, name)


def _settings(asked: NewChannel, secret: ChannelSecret) -> ChannelSettings:
    if asked.kind == "email":
        return ChannelSettings(
            host=asked.host,
            port=asked.port,
            security=asked.security,  # type: ignore[arg-type]
            user=asked.user,
            sender=asked.sender,
        )
    if asked.kind == "folder":
        return ChannelSettings(folder=asked.folder)
    return ChannelSettings(host=urlsplit(secret.url).hostname or "", signed=bool(secret.sign))


def _require_same_server(before: ChannelSettings, after: ChannelSettings) -> None:
    kept = ("host", "port", "user", "security")
    if any(getattr(before, name) != getattr(after, name) for name in kept):
        raise DomainError("channel_password_again")


def remove(writing: Writing, channel: str) -> None:
    """Raises `channel_unknown`, `channel_in_use`."""
    _held(writing, channel)
    used = writing.scalar(
        select(func.count()).where(mine(REPORT_SUBSCRIPTION), REPORT_SUBSCRIPTION.c.channel == channel)
    )
    if used:
        raise DomainError("channel_in_use", n=int(used))
    writing.change(delete(REPORT_CHANNEL).where(mine(REPORT_CHANNEL), REPORT_CHANNEL.c.channel == channel))


def target(reading: Reading, channel: str, root: Path, also: tuple[str, ...]) -> Target:
    """The channel with its secret, for sending. Raises `channel_unknown`."""
    row = _held(reading, channel)
    return Target(
        kind=row.kind,
        settings=msgspec.json.decode(row.settings, type=ChannelSettings),
        secret=msgspec.json.decode(row.secret, type=ChannelSecret),
        root=root,
        also=also,
    )
