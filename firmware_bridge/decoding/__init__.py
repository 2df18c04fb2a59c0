"""`liushui decode`: what our decoders make of bytes somebody has recorded, one JSON object a line each way.

An installer keeps the bytes of a doubtful device in a file and sees at his desk what the bridge would have
made of them; a program tests the decoders through the same door. Each kind of device is one module of this
folder with a HELP and a `result(vector)`: it is loaded when its own command runs, so that decoding a scan does
not need the libraries of a scale. A line that cannot be read is answered with an error and the next one goes on.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

import msgspec
import rich_click as click

from firmware_bridge.decoding.vector import Vector
from shared.errors import DomainError

Result = Callable[[Vector], dict[str, object]]
_SHARED_PARTS = ("vector",)


def answers(lines: Iterable[bytes], result: Result) -> Iterator[bytes]:
    """One JSON line for every line that is not blank; whatever is in it, the next line is read."""
    for line in lines:
        if line.strip():
            yield msgspec.json.encode(_answer(line, result)) + b"\n"


def _answer(line: bytes, result: Result) -> dict[str, object]:
    """The answer to one line."""
    try:
        vector = msgspec.json.decode(line, type=Vector)
    except (ValueError, RecursionError) as broken:
        return {"id": _id_of(line), "result": {"error": f"unreadable line: {broken}"}}
    try:
        return {"id": vector.id, "result": result(vector)}
    except DomainError as refused:
        return {"id": vector.id, "result": {"error": refused.key}}
    except (ValueError, LookupError, TypeError, ArithmeticError, RecursionError) as broken:
        return {"id": vector.id, "result": {"error": f"{type(broken).__name__}: {broken}"}}


def _id_of(line: bytes) -> object:
    """The id of a line that is JSON but no vector, so that its sender can find it."""
    try:
        told: Any = msgspec.json.decode(line)
    except (ValueError, RecursionError):
        return None
    named = told.get("id") if isinstance(told, dict) else None
    return named if isinstance(named, str | int) else None


class _KindsInThisFolder(click.RichGroup):
    """A click group whose commands are the modules beside this file."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Every kind of device that can be decoded here."""
        return sorted(
            found.name for found in pkgutil.iter_modules(__path__) if found.name not in _SHARED_PARTS
        )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one kind's module."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"{__name__}.{cmd_name}")
        return _command(cmd_name, cast("Result", module.result), cast("str", module.HELP))


def _command(name: str, result: Result, told: str) -> click.Command:
    """The command of one kind."""

    def run(jsonl: bool) -> None:
        if not jsonl:
            raise click.UsageError("say --jsonl: vectors come in on stdin, one JSON object a line")
        for answer in answers(sys.stdin.buffer, result):
            sys.stdout.buffer.write(answer)
            sys.stdout.buffer.flush()

    option = click.Option(
        ["--jsonl"], is_flag=True, help="One JSON object a line on stdin, one answer a line."
    )
    return click.Command(name, callback=run, help=told, params=[option])


@click.group(cls=_KindsInThisFolder)
def decode() -> None:
    """Show what our decoders make of recorded bytes. 解码录下的设备数据。"""
