"""`liushui bridge probe` and `templates`: what an installer tries out by hand.

They are commands of their own file because the bridge itself never runs them: they open one port for a moment, or
list what is known.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import rich_click as click

from firmware_bridge.clock import SystemClock
from firmware_bridge.drivers import drivers
from firmware_bridge.drivers.frames import Line, Weight
from firmware_bridge.probing import Attempt, Verdict
from firmware_bridge.serial_templates import serial_of, templates_speaking
from firmware_bridge.templates import Library, library
from firmware_bridge.transports.port import PortLost
from firmware_bridge.transports.prober import probe as probe_port

EXIT_NOT_SURE = 3


@click.command()
@click.argument("port")
@click.option(
    "--templates", "folder", type=click.Path(path_type=Path), help="A folder with templates of yours."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def probe(port: str, folder: Path | None, as_json: bool) -> None:
    """Find out which scale hangs at PORT: a path, or tcp:HOST:PORT. 识别端口上的电子秤。

    Listens first, then asks each protocol's harmless question. Stop the bridge before: a port has one reader.
    Exit code 0 when it is sure, 3 when it is not; then it shows the bytes that came.
    """

    def tell(attempt: Attempt) -> None:
        if not as_json:
            asked = f"asking {attempt.asks}" if attempt.asks else "listening"
            click.echo(f"  {_line_text(attempt.line)}  {asked}", err=True)

    try:
        verdict = probe_port(port, list(drivers().values()), SystemClock(), on_attempt=tell)
    except (PortLost, ValueError) as lost:
        click.echo(f"{port}: {lost}", err=True)
        raise SystemExit(2) from lost
    known = library((folder,) if folder is not None else ())
    click.echo(
        json.dumps(_verdict_json(port, verdict, known)) if as_json else _verdict_text(port, verdict, known)
    )
    if verdict.protocol is None:
        raise SystemExit(EXIT_NOT_SURE)


def _line_text(line: Line) -> str:
    """9600 8N1"""
    return f"{line.baudrate} {line.bytesize}{line.parity}{line.stopbits}"


def _verdict_json(port: str, verdict: Verdict, known: Library) -> dict[str, Any]:
    """The verdict for programs: settings and a weight, or every byte that came."""
    return {
        "port": port,
        "sure": verdict.protocol is not None,
        "protocol": verdict.protocol,
        "line": None if verdict.line is None else msgspec.structs.asdict(verdict.line),
        "polled": verdict.polled,
        "sample": None if verdict.sample is None else _weight_json(verdict.sample),
        "templates": templates_speaking(verdict.protocol, known),
        "candidates": [
            {"protocol": one.protocol, "frames": one.frames, "share": round(one.share, 2)}
            for one in verdict.candidates
        ],
        "heard": [
            {"line": _line_text(one.attempt.line), "asked": one.attempt.asks, "hex": one.data.hex()}
            for one in verdict.heard
        ],
    }


def _weight_json(weight: Weight) -> dict[str, Any]:
    """A weight without its bytes."""
    return {
        "weight": weight.weight,
        "unit": weight.unit,
        "stable": weight.stable,
        "mode": weight.mode,
        "error": weight.error,
    }


def _verdict_text(port: str, verdict: Verdict, known: Library) -> str:
    """The verdict for a person, with the lines to put into the configuration."""
    if verdict.protocol is None:
        return _unsure_text(port, verdict)
    kind, line = drivers()[verdict.protocol], verdict.line
    told = [f"{port}: {verdict.protocol}, {_line_text(line or Line())}, speaks " + _how(verdict)]
    if verdict.sample is not None:
        shown = " ".join(part for part in (verdict.sample.weight, verdict.sample.unit) if part)
        told.append(f"  it shows: {shown or verdict.sample.error}")
    if verdict.sample is not None and verdict.sample.unit is None and "unit" in kind.options:
        told.append('  its frames name no unit: write options = { unit = "kg" } as the scale\'s plate says')
    if not kind.verified:
        told.append(
            "  this driver was written from documents and has not met the device: compare with its display"
        )
    told += ["", "[[device]]", 'id = "scale-1"', f'protocol = "{verdict.protocol}"', f'port = "{port}"']
    if line is not None and line != kind.line and not port.startswith("tcp:"):
        told.append(
            f'line = {{ baudrate = {line.baudrate}, bytesize = {line.bytesize}, parity = "{line.parity}" }}'
        )
    if templates := templates_speaking(verdict.protocol, known):
        told.append(f"# or by make and model: template = one of {', '.join(templates)}")
    return "\n".join(told)


def _how(verdict: Verdict) -> str:
    """By itself, or when asked."""
    return "when it is asked" if verdict.polled else "by itself"


def _unsure_text(port: str, verdict: Verdict) -> str:
    """What came, for a person to look at."""
    if not verdict.heard:
        return f"{port}: not sure; nothing came at all. Is the scale on, is the cable crossed, is sending switched on?"
    told = [f"{port}: not sure; this came:"]
    for one in verdict.heard:
        asked = f" to {one.attempt.asks}" if one.attempt.asks else ""
        told.append(f"  {_line_text(one.attempt.line)}{asked}: {one.data[:64]!r}")
    if verdict.candidates:
        told.append("  it may be " + ", ".join(one.protocol for one in verdict.candidates))
    return "\n".join(told)


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), help="Your own templates, beside ours.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def templates(folder: Path | None, as_json: bool) -> None:
    """List the makes and models whose settings are known; exit code 1 when a file is wrong. 列出设备模板。"""
    known = library((folder,) if folder is not None else ())
    wrong = {broken.path: broken.reason for broken in known.broken}
    for name, template in known.templates.items():
        if template.kind == "serial":
            try:
                serial_of(template)
            except ValueError as broken:
                wrong[name] = str(broken)
    if as_json:
        listed = {name: msgspec.to_builtins(one) for name, one in sorted(known.templates.items())}
        click.echo(json.dumps({"templates": listed, "wrong": wrong}, ensure_ascii=False))
    else:
        for name, one in sorted(known.templates.items()):
            made = " ".join(part for part in (one.make, one.model) if part)
            click.echo(
                f"{one.kind:7} {name:28} {made}{'' if one.verified else '  (not held against the device)'}"
            )
        for where, reason in wrong.items():
            click.echo(f"wrong   {where}: {reason}", err=True)
    if wrong:
        raise SystemExit(1)
