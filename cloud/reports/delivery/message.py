"""What is delivered: a report as a few lines and, where the channel carries files, the report itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from cloud.reports.dataset import Dataset, readable, told
from cloud.reports.exports.heading import completeness_text, period_text
from cloud.reports.exports.shown import column_title, title_of
from shared.i18n import Language

Kind = Literal["email", "wecom", "dingtalk", "feishu", "folder"]


class File(msgspec.Struct, frozen=True):
    name: str
    media_type: str
    data: bytes


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """`key` names the sending for ever, so that a mail server and a reader can tell a repetition."""

    key: str
    title: str
    lines: tuple[str, ...]
    link: str = ""
    link_title: str = ""
    to: tuple[str, ...] = ()
    file: File | None = None


class ChannelSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What of a channel everybody who uses it may know."""

    host: str = ""
    port: int = 0
    security: Literal["tls", "starttls", "none"] = "tls"
    user: str = ""
    sender: str = ""
    folder: str = ""
    signed: bool = False


class ChannelSecret(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What nobody is ever shown: a robot's whole address holds its token."""

    url: str = ""
    sign: str = ""
    password: str = ""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A channel ready to be sent to; `root` is where folders lie, `also` hosts an operator allows besides the known."""

    kind: Kind
    settings: ChannelSettings
    secret: ChannelSecret
    root: Path
    also: tuple[str, ...] = ()


class SendFailed(Exception):
    """The other side said no, or was not there; nothing was delivered. The text names no address and no secret."""

    def __init__(self, why: str, *, certain: bool = True) -> None:
        super().__init__(why)
        self.why = why
        self.certain = certain
        """False: the answer was lost, so it may have been delivered."""


Send = Callable[[Target, Message, int], None]
"""Deliver one message at this moment (milliseconds). Raises `SendFailed`."""


def lines_of(dataset: Dataset, language: Language) -> tuple[str, ...]:
    """The headlines and how complete they are: what a person reads on a phone before the doors open."""
    lines = [period_text(dataset)]
    for figure in dataset.figures:
        value = readable(figure.column.kind, figure.value, language)
        if figure.change is not None:
            sign = "+" if figure.change > 0 else ""
            value += f" ({sign}{readable('percent', figure.change, language)})"
        lines.append(f"{column_title(figure.column, language)}: {value}")
    lines.append(completeness_text(dataset, language))
    lines += [told(note, language) for note in dataset.notes if dataset.revision > 1]
    return tuple(lines)


def headline(dataset: Dataset, language: Language, revision_word: str) -> str:
    """The report's name, with the revision where it is not the first."""
    title = title_of(dataset.key, language)
    return f"{title} · {revision_word} {dataset.revision}" if dataset.revision > 1 else title
