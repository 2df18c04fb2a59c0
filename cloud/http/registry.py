"""Finds every router: a module of this folder that exports `router` is served, and nothing keeps a list of them."""

from __future__ import annotations

import importlib
import pkgutil

from litestar import Router

import cloud.http


def routers() -> list[Router]:
    """The routers of all modules, by module name."""
    found: list[Router] = []
    for module in sorted(pkgutil.iter_modules(cloud.http.__path__), key=lambda entry: entry.name):
        router = getattr(importlib.import_module(f"{cloud.http.__name__}.{module.name}"), "router", None)
        if isinstance(router, Router):
            found.append(router)
    return found
