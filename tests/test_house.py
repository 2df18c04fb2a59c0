"""The house keeps its own rules: what lies at the top, which rooms exist, what no file may hold."""

import ast
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

HOUSE = Path(__file__).resolve().parent.parent
TOP_LEVEL = {
    *("edge", "cloud", "pwa", "firmware_bridge", "shared", "tests", "docs"),
    *("pyproject.toml", "README.md", "LICENSE", "Makefile"),
}
LOCK_FILES = sorted((HOUSE / ".requirements").glob("*.txt"))
# Spelled in halves, so that this file does not hold what it forbids.
UNFINISHED = re.compile(
    r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error"]) + r")\b"
)
FOREIGN = re.compile(
    "|".join(
        [
            "pypi" + r"\.org",
            "python" + "hosted",
            "npm" + r"js\.(org|com)",
            "/wo" + "rk/",
            r"\.lib" + "rary",
            "/opt/py" + "pi",
        ]
    )
)
IDLE_TESTS = re.compile(r"assert " + r"True$|time\.sl" + r"eep\(|asyncio\.sl" + r"eep\((?!0\))", re.MULTILINE)


def tracked() -> list[Path]:
    """Every file that a clone gets; the tidy tests look at nothing else."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=HOUSE, capture_output=True, text=True, check=True)
    return [HOUSE / name for name in listed.stdout.split("\0") if name and (HOUSE / name).is_file()]


TRACKED = tracked()
PYTHON = [path for path in TRACKED if path.suffix == ".py"]
TEXTS = [
    path
    for path in TRACKED
    if path.suffix in {".py", ".ts", ".svelte", ".md", ".toml", ".json", ".sh", ".txt", ".html", ".css", ""}
]


def named(paths: list[Path]) -> list[str]:
    """Paths as a person would write them."""
    return [str(path.relative_to(HOUSE)) for path in paths]


def test_the_top_level_holds_exactly_the_house() -> None:
    """Nothing lies at the top but what the map in README names, and dot-files."""
    top = {path.relative_to(HOUSE).parts[0] for path in TRACKED}
    assert {name for name in top if not name.startswith(".")} == TOP_LEVEL


def test_the_licence_is_apache_2() -> None:
    """The full text of the licence lies at the top."""
    text = (HOUSE / "LICENSE").read_text()
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_every_python_file_says_what_it_is() -> None:
    """A file opens with a paragraph: what it is, why it exists."""
    silent = [
        path
        for path in PYTHON
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not named(silent)


def test_every_test_says_its_sentence() -> None:
    """A test has a docstring of one sentence."""
    silent = [
        f"{path.relative_to(HOUSE)}:{node.lineno} {node.name}"
        for path in PYTHON
        if path.name.startswith("test_")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert not silent


def test_nothing_is_left_unfinished() -> None:
    """No mark of unfinished work lies in any file."""
    assert not named([path for path in TEXTS if UNFINISHED.search(path.read_text(errors="replace"))])


def test_no_file_names_the_place_it_was_made_at() -> None:
    """No index or registry address and no folder of a developer's machine is committed."""
    assert not named([path for path in TEXTS if FOREIGN.search(path.read_text(errors="replace"))])


def test_no_test_idles() -> None:
    """A test waits for an event, never for a time, and asserts something."""
    idle = [
        path
        for path in PYTHON
        if path.is_relative_to(HOUSE / "tests")
        and not path.is_relative_to(HOUSE / "tests/simulator")  # its time is virtual: nobody waits there
        and IDLE_TESTS.search(path.read_text())
    ]
    assert not named(idle)


def test_the_shared_language_never_asks_for_the_time() -> None:
    """The contracts on imports cannot see `datetime.now`; this does."""
    asking = re.compile(r"\.(now|utcnow|today|fromtimestamp)\(\)|\buuid[14]\(")
    assert not named(
        [path for path in PYTHON if path.is_relative_to(HOUSE / "shared") and asking.search(path.read_text())]
    )


def test_there_is_a_lock_file_for_each_way_to_install() -> None:
    """Edge, cloud, demo and development each have their own."""
    assert [lock.stem for lock in LOCK_FILES] == ["cloud", "demo", "dev", "edge"]


def pins(lock: Path) -> dict[str, str]:
    """The packages of a lock file and their versions."""
    return dict(re.findall(r"(?m)^([a-z0-9._-]+)==(\S+)", lock.read_text()))


@pytest.mark.parametrize("lock", LOCK_FILES, ids=lambda lock: lock.stem)
def test_a_lock_file_pins_every_package_by_hash(lock: Path) -> None:
    """Every requirement has one exact version and at least one hash."""
    blocks = re.split(r"\n(?=\S)", re.sub(r"(?m)^#.*\n", "", lock.read_text()).strip())
    assert blocks
    for block in blocks:
        assert re.match(r"[a-z0-9._-]+==\S+ \\\n", block), block
        assert "--hash=sha256:" in block


@pytest.mark.parametrize("lock", LOCK_FILES, ids=lambda lock: lock.stem)
def test_a_lock_file_names_no_address(lock: Path) -> None:
    """Whoever installs decides where packages come from: no index, no host, no local path."""
    assert not re.search(r"index-url|://|@ |trusted-host|find-links|/simple", lock.read_text())


@pytest.mark.parametrize("lock", LOCK_FILES, ids=lambda lock: lock.stem)
def test_a_package_has_one_version_everywhere(lock: Path) -> None:
    """What is tested is what is installed: every lock file is a part of the development one."""
    assert pins(lock).items() <= pins(HOUSE / ".requirements" / "dev.txt").items()


def test_the_app_s_lock_file_names_no_address() -> None:
    """npm, too, asks the registry of whoever installs."""
    packages = json.loads((HOUSE / "pwa" / "package-lock.json").read_text())["packages"]
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert not [name for name, package in packages.items() if name and "integrity" not in package]


def test_the_lock_files_satisfy_the_project() -> None:
    """Whoever changes a requirement runs `make lock`: each extra's requirements are pinned within their range."""
    extras = tomllib.loads((HOUSE / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    outdated = [
        f"{lock}: {wanted}"
        for lock, extra in (
            ("edge", "edge"),
            ("cloud", "cloud"),
            ("demo", "bridge"),
            ("demo", "build"),
            ("dev", "dev"),
        )
        for wanted in map(Requirement, extras[extra])
        if wanted.name != "liushui"
        and not wanted.specifier.contains(pins(HOUSE / ".requirements" / f"{lock}.txt").get(wanted.name, "0"))
    ]
    assert not outdated
