"""Running head office: one process over the embedded database, or as many workers as asked for over PostgreSQL.

Workers hold no state; they are told what to open by one environment variable. Before the first of them serves,
the database is brought up to this program, the tenant exists, and where there is no owner yet a one-time code is
printed on the console and nowhere else.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading
from pathlib import Path

import msgspec
import structlog
from granian.constants import Interfaces
from granian.server import Server as Workers
from granian.server.embed import Server
from litestar import Litestar

from cloud.app import create_app
from cloud.identity import first_run
from cloud.jobs.scheduler import Jobs
from cloud.store.engine import Database
from cloud.store.installation import Installation, Settings
from cloud.store.migrate import prepare

_TOLD = "LIUSHUI_CLOUD"


class Serving(msgspec.Struct, frozen=True, kw_only=True):
    """Everything `liushui cloud run` was told."""

    folder: str
    database: str
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    settings: Settings = Settings()


def open_installation(serving: Serving) -> Installation:
    """The installation over a database that is already prepared."""
    folder = Path(serving.folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Installation(Database(serving.database), folder, serving.settings)


def prepared(serving: Serving) -> Installation:
    """The installation, its database brought up to this program."""
    installation = open_installation(serving)
    prepare(installation.database)
    first_run.ensure_tenant(installation)
    return installation


def served_app(installation: Installation) -> Litestar:
    """The application with its jobs."""
    app = create_app(installation)
    jobs = Jobs(installation)
    app.on_startup.append(jobs.start)
    app.on_shutdown.append(jobs.stop)
    return app


def worker_app() -> Litestar:
    """What each worker process serves."""
    log_as_lines()
    as_head_office_runs()
    return served_app(open_installation(msgspec.json.decode(os.environ[_TOLD], type=Serving)))


def as_head_office_runs() -> None:
    """The interpreter's settings for a process in which one thread stores a frame while others read the next.

    Short turns, so that the one with the database does not wait 5 ms for the interpreter after each statement; and
    a collector that looks less often, because what a frame makes is freed by counting.
    """
    sys.setswitchinterval(0.0005)
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def log_as_lines() -> None:
    """One JSON object a line on stderr; stdout is for the person at the console."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def serve(serving: Serving) -> None:
    """Serve until told to stop."""
    log_as_lines()
    installation = prepared(serving)
    if installation.database.is_sqlite and serving.workers > 1:
        raise SystemExit(
            "The embedded database has one writer: give --database URL of PostgreSQL for workers."
        )
    code = first_run.new_code(installation)
    if serving.workers > 1:
        installation.database.close()
        _serve_workers(serving, code)
    else:
        as_head_office_runs()
        asyncio.run(_serve_here(serving, installation, code))
        installation.database.close()


def _say(serving: Serving, code: str | None) -> None:
    print(f"ready http://{serving.host}:{serving.port} pid {os.getpid()}", flush=True)
    if code is not None:
        minutes = first_run.CODE_LIFE_MS // 60_000
        print(f"first owner, one-time code: {code} (good for {minutes} minutes)", flush=True)


def _say_when_it_answers(serving: Serving, code: str | None) -> None:
    asyncio.run(_answers(serving))
    _say(serving, code)


async def _serve_here(serving: Serving, installation: Installation, code: str | None) -> None:
    server = Server(
        served_app(installation),
        address=serving.host,
        port=serving.port,
        interface=Interfaces.ASGI,
        log_enabled=False,
        websockets=False,
    )
    loop = asyncio.get_running_loop()

    def stop() -> None:
        # What Ctrl-C does to a server of its own: leave the loop, then stop the worker.
        server.interrupt_signal = True
        server.main_loop_interrupt.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    running = loop.create_task(server.serve())
    await _answers(serving)
    _say(serving, code)
    await running


async def _answers(serving: Serving) -> None:
    """Returns when the port takes connections: whoever started us waits for the line that follows."""
    while True:
        try:
            _, writer = await asyncio.open_connection(serving.host, serving.port)
        except OSError:
            await asyncio.sleep(0.02)
            continue
        writer.close()
        return


def _serve_workers(serving: Serving, code: str | None) -> None:
    os.environ[_TOLD] = msgspec.json.encode(serving).decode()
    server = Workers(
        "cloud.serve:worker_app",
        factory=True,
        address=serving.host,
        port=serving.port,
        interface=Interfaces.ASGI,
        workers=serving.workers,
        log_enabled=False,
        websockets=False,
        respawn_failed_workers=True,
        # Connections that are never idle would keep a worker for ever; what is cut short here is asked again.
        workers_kill_timeout=10,
    )
    # The workers take the port only after this hook.
    server.on_startup(lambda: threading.Thread(target=_say_when_it_answers, args=(serving, code)).start())
    server.serve()
