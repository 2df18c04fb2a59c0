"""The edge runs with its own libraries and no others: it is imported in an environment made of its lock file only.

A store's box has little memory. In the development environment a heavy library could slip in unseen, because the
cloud's are there too; so `make test` keeps a second environment and this test looks into it.
"""

import json
import re
import subprocess
from pathlib import Path

import pytest

HEAVY = {"numpy", "pandas", "sqlalchemy", "pyarrow", "scipy", "matplotlib"}
IMPORT_EVERYTHING = """
import importlib, json, pkgutil, sys
import edge, shared
for side in (edge, shared):
    for module in pkgutil.walk_packages(side.__path__, side.__name__ + "."):
        importlib.import_module(module.name)
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


@pytest.fixture(scope="module")
def edge_python(house: Path) -> Path:
    """Python of the environment that `make test` made from the edge's lock file."""
    python = house / ".venv-edge" / "bin" / "python"
    if not python.exists():
        pytest.skip("no .venv-edge here: `make test` makes it from .requirements/edge.txt")
    return python


def test_the_edge_imports_without_the_cloud_s_libraries(house: Path, edge_python: Path) -> None:
    """Every module of edge and shared loads from the edge's lock file alone, and none of them loads a heavy one."""
    done = subprocess.run(
        [edge_python, "-c", IMPORT_EVERYTHING], cwd=house, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not HEAVY & set(json.loads(done.stdout))


def test_the_edge_s_lock_file_holds_nothing_heavy(house: Path) -> None:
    """What is not installed cannot be loaded: sqlite_utils would load pandas where it lies around."""
    text = (house / ".requirements" / "edge.txt").read_text()
    assert not HEAVY & set(re.findall(r"(?m)^([a-z0-9._-]+)==", text))
