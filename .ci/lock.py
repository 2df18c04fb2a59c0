"""Writes the hashed lock files in .requirements/ from pyproject.toml: `make lock`.

`dev` holds everything, so it is solved first and the others are cut out of it: a package has the same
version wherever it is installed. No address of an index goes into a file: whoever installs decides where
packages come from, the hashes decide what they are. Extras that name other extras of ours are spelled out
here, because pip-compile would write them as a path on the machine that ran it. Options given on the command
line go to pip-compile, for example `--upgrade`.
"""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
LOCKS = {"dev": ("dev",), "demo": ("demo", "build"), "edge": ("edge",), "cloud": ("cloud",)}
OPTIONS = [
    "--quiet",
    "--generate-hashes",
    "--allow-unsafe",
    "--strip-extras",
    "--no-annotate",
    "--no-emit-index-url",
    "--no-emit-trusted-host",
    "--no-emit-find-links",
    "--no-emit-options",
]


def spelled_out(extra: str, extras: dict[str, list[str]]) -> set[str]:
    """Every requirement of one extra, with our own extras in it replaced by what they hold."""
    wanted: set[str] = set()
    for requirement in extras[extra]:
        ours = re.fullmatch(r"liushui\[(.+)\]", requirement)
        if ours:
            wanted.update(*(spelled_out(other, extras) for other in ours[1].split(",")))
        else:
            wanted.add(requirement)
    return wanted


def lock(name: str, requirements: set[str], options: list[str]) -> None:
    """Solve one set of requirements into .requirements/NAME.txt."""
    pip_compile = [sys.executable, "-m", "piptools", "compile", *OPTIONS, *options]
    subprocess.run(
        [*pip_compile, "--output-file", f".requirements/{name}.txt", "-"],
        cwd=HOUSE,
        env={**os.environ, "CUSTOM_COMPILE_COMMAND": "make lock"},
        input="\n".join(sorted(requirements)),
        text=True,
        check=True,
    )


if __name__ == "__main__":
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text())["project"]
    for name, extras in LOCKS.items():
        requirements = set(project["dependencies"]).union(
            *(spelled_out(extra, project["optional-dependencies"]) for extra in extras)
        )
        same_versions = [] if name == "dev" else ["--constraint", ".requirements/dev.txt"]
        lock(name, requirements, [*same_versions, *sys.argv[1:]])
