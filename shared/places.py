"""Where the built phone and office app may lie: a wheel carries it, a checkout builds it.

Edge and cloud serve the same files. This module only does arithmetic on paths; the side that serves looks
which of them exists.
"""

from __future__ import annotations

from pathlib import Path

_HOUSE = Path(__file__).resolve().parent.parent

PWA_FOLDERS = (_HOUSE / "pwa" / "dist", _HOUSE / "edge" / "_pwa")
"""First the checkout's own build, then what a wheel brought; the first that exists is the one to serve."""
