"""A folder of this machine: for whatever collects files, from a shared drive to an accountant's program."""

from __future__ import annotations

import re
from pathlib import Path

from cloud.reports.delivery.message import ChannelSettings, Message, SendFailed, Target
from shared.errors import DomainError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", re.ASCII)


def check(settings: ChannelSettings) -> None:
    """Raises `channel_folder_malformed`: a plain name, because it lies below head office's own folder."""
    if not _NAME.fullmatch(settings.folder):
        raise DomainError("channel_folder_malformed", folder=settings.folder[:40])


def send(target: Target, message: Message, _now_ms: int) -> None:
    """Write the file, whole or not at all. Raises `SendFailed`."""
    check(target.settings)
    if message.file is None:
        raise SendFailed("no file")
    try:
        _write(target.root / target.settings.folder, message.file.name, message.file.data)
    except OSError as error:
        raise SendFailed(type(error).__name__) from None


def _write(folder: Path, name: str, data: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = folder / f".{name}.part"
    part.write_bytes(data)
    part.replace(folder / name)
