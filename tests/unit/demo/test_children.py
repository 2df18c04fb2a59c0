"""The demo's processes are started, kept alive and stopped, and none is left behind."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cloud.demo.children import Child, Children, DidNotStart

HOUSE = Path(__file__).resolve().parents[3]
SERVES = "import signal, sys; print('ready', flush=True); signal.pause()"
STUBBORN = (
    "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); "
    "signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True)\n"
    "while True: signal.pause()"
)
ECHOES = "import sys\nfor line in sys.stdin: print('heard', line.strip(), flush=True)"


def child(
    name: str, program: str, folder: Path, ready: str | None = "ready", greeting: list[str] | None = None
) -> Child:
    """A child that runs a line of Python."""
    return Child(name, [sys.executable, "-c", program], folder, ready=ready, greeting=greeting)


def test_a_killed_child_is_started_again_and_said_so(tmp_path: Path) -> None:
    """kill -9 costs a line on the screen and a count, nothing else."""
    told: list[str] = []
    children = Children(told.append)
    try:
        server = children.start(child("server", SERVES, tmp_path))
        first = server.pid
        server.kill()
        server.wait_restarted(1)
        assert server.pid != first
        assert children.restarts == {"server": 1}
    finally:
        children.stop()
    assert told == ["server died; started it again"]
    assert not server.is_running


def test_a_child_that_hears_no_signal_is_ended_all_the_same(tmp_path: Path) -> None:
    """Asked kindly, then firmly, then ended."""
    children = Children(lambda _: None, grace_s=0.2)
    stubborn = children.start(child("stubborn", STUBBORN, tmp_path))
    children.stop()
    assert stubborn.exit_code == -9


def test_a_child_that_dies_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    """Whoever starts the demo on a broken machine reads why."""
    broken = child("broken", "raise SystemExit('no disk')", tmp_path)
    with pytest.raises(DidNotStart, match="no disk"):
        broken.start()


def test_a_greeting_is_told_at_every_start(tmp_path: Path) -> None:
    """A simulator that was killed knows again how cold its fridges are."""
    children = Children(lambda _: None)
    try:
        echo = children.start(child("echo", ECHOES, tmp_path, ready="heard cold", greeting=["cold"]))
        echo.kill()
        echo.wait_restarted(1)
        echo.wait_ready()
        assert echo.tell("warm")
    finally:
        children.stop()


DEMO = """
import signal, sys
from pathlib import Path
from cloud.demo.children import Child, Children
from tests.unit.demo.test_children import SERVES, STUBBORN, child

folder = Path(sys.argv[1])
children = Children(lambda _: None, grace_s=0.5)
started = [children.start(child(name, program, folder)) for name, program in (("server", SERVES), ("deaf", STUBBORN))]
started[0].kill()
started[0].wait_restarted(1)
print(*(one.pid for one in started), children.guard_pid, flush=True)
signal.pause()
"""


def await_end(held: int) -> bool:
    """Until the process behind this pidfd has ended."""
    watch = select.poll()
    watch.register(held, select.POLLIN)
    return bool(watch.poll(60_000))


def test_a_demo_that_is_killed_takes_its_children_along(tmp_path: Path) -> None:
    """SIGKILL: who was started anew and who hears no signal end, too, and then the guard that saw to it."""
    demo = subprocess.Popen(
        [sys.executable, "-c", DEMO, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=HOUSE
    )
    assert demo.stdout
    held = [os.pidfd_open(int(pid)) for pid in demo.stdout.readline().split()]
    assert len(held) == 3
    demo.send_signal(signal.SIGKILL)
    demo.communicate()
    assert all(await_end(one) for one in held)


def test_children_that_were_stopped_leave_no_guard(tmp_path: Path) -> None:
    """The usual end: nobody is left to guard."""
    children = Children(lambda _: None)
    children.start(child("server", SERVES, tmp_path))
    guard = os.pidfd_open(children.guard_pid)
    children.stop()
    assert await_end(guard)
