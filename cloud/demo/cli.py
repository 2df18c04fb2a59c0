"""`liushui demo`: one command that shows the whole of it, and `--exit-after-replay --json` that proves it."""

from __future__ import annotations

import signal
import sys
import threading
import time
from pathlib import Path

import msgspec
import rich_click as click

from cloud.demo.broker import NoBroker
from cloud.demo.children import DidNotStart
from cloud.demo.run import Demo, Report, Wish
from cloud.demo.wire import Refused


@click.command()
@click.option("--exit-after-replay", is_flag=True, help="Stop when the figures are checked. 核对后退出。")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with all figures. 输出 JSON。")
@click.option("--stores", type=click.IntRange(1, 3), default=3, show_default=True, help="How many stores.")
@click.option("--days", type=click.IntRange(2, 70), help="Only the last so many days. 只回放最近几天。")
@click.option(
    "--port", default=8000, show_default=True, help="Head office's port; stores take the next ones."
)
@click.option("--no-trickle", is_flag=True, help="No live sales after the replay. 回放后不再产生数据。")
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), help="Work here and leave it there."
)
def demo(
    exit_after_replay: bool,
    as_json: bool,
    stores: int,
    days: int | None,
    port: int,
    no_trickle: bool,
    folder: Path | None,
) -> None:
    """Start a chain of three stores on this machine and replay real sales. 在本机演示三家连锁店。"""
    began = time.monotonic()

    def say(text: str) -> None:
        click.echo(f"[{time.monotonic() - began:6.1f}s] {text}", err=True)

    wish = Wish(
        exit_after_replay=exit_after_replay,
        stores=stores,
        days=days,
        port=port,
        trickle=not no_trickle,
        folder=None if folder is None else folder.resolve(),
    )
    # A service manager's SIGTERM means what Ctrl-C means; and a shell that starts us in the background has
    # told us to ignore Ctrl-C, which we do not.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    running = Demo(wish, say)
    failed = True
    try:
        report = running.run()
        report.seconds["total"] = round(time.monotonic() - began, 2)
        _tell(report, as_json)
        failed = not report.ok
        if not exit_after_replay and not failed:
            for line in running.sign_ins():
                click.echo(line)
            running.stay()
    except KeyboardInterrupt:
        say("stopping …")
        failed = False
    except (NoBroker, DidNotStart, Refused) as error:
        say(str(error))
    finally:
        _stop(running)
    sys.exit(1 if failed else 0)


def _stop(running: Demo) -> None:
    """A second Ctrl-C must not leave children behind, so it is not heard while they are stopped."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    running.stop()


def _tell(report: Report, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode(report).decode())
        return
    click.echo(_figures("Head office", report.totals))
    click.echo(_figures("Source file", report.source))
    if not report.differences:
        click.echo(f"Equal to the cent, on each of {len(report.days)} store days. 分毫不差。")
    for line in (*report.differences[:20], *report.problems):
        click.echo(f"  ! {line}")


def _figures(whose: str, told: dict[str, int]) -> str:
    cents = told.get("amount", 0)
    return f"{whose}: {cents / 100:.2f} in {told.get('count', 0)} sales, {told.get('qty', 0)} pieces"
