"""The system's Chromium and the switches it needs on a test machine."""

import os
import shutil

# Without these Chromium looks up its maker's hosts at every start; a test machine may have no internet.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]


def chromium_path() -> str:
    """Where the system's Chromium lies."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "chromium is missing: `.ci/system test` installs it"
    return found


def chromium_arguments() -> list[str]:
    """Switches for a launch; Chromium's own sandbox cannot be set up by root."""
    return [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
