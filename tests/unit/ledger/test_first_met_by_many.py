"""The first commands and facts after a start may come in several threads at once."""

import subprocess
import sys

_PROGRAM = """
import sys, threading
from shared.ledger.command import command_from_json, command_types
from shared.ledger.fact import decode_body, encode_body, fact_types
from shared.errors import DomainError

sys.setswitchinterval(1e-6)
kinds, facts = sorted(command_types()), sorted(fact_types())
together = threading.Barrier(6)

def meet():
    together.wait()
    for kind in kinds:
        try:
            command_from_json(kind, b'{"lines": [{"sku": "milk", "qty": "1"}]}')
        except DomainError:
            pass
    for kind, version in facts:
        try:
            decode_body(kind, version, b"\\x80")
        except Exception as error:
            assert "missing required" in str(error), error

threads = [threading.Thread(target=meet) for _ in range(6)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print("alive")
"""


def test_types_met_by_six_threads_at_once_do_not_end_the_process() -> None:
    """Six fresh threads decode every kind of command and fact for the first time: nobody meets one half described."""
    for _ in range(3):
        ran = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, timeout=120)
        assert (ran.returncode, ran.stdout) == (0, "alive\n"), ran.stderr[-2000:]
