"""Finds every router: dropping a file with a `router` into `edge/http/routes` adds its routes."""

from __future__ import annotations

import importlib
import pkgutil

from litestar import Router

from edge.http import routes


def routers() -> list[Router]:
    found = []
    for module in sorted(pkgutil.iter_modules(routes.__path__), key=lambda module: module.name):
        router = importlib.import_module(f"{routes.__name__}.{module.name}").router
        assert isinstance(router, Router), module.name
        found.append(router)
    return found
