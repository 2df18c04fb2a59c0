"""Head office's application: the routers of the registry behind one gate, one error mapper, one set of headers."""

from __future__ import annotations

from litestar import Litestar
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig

from cloud.books.poster import Posting
from cloud.http import bodies, gate, headers, problems
from cloud.http.registry import routers
from cloud.intake.projector import Projector
from cloud.store.installation import Installation
from shared.errors import DomainError

API_VERSION = "1"
_DESCRIPTION = OpenAPIConfig(title="Liushui head office", version=API_VERSION, path="/v1/schema")


def create_app(installation: Installation, *, described: bool = False) -> Litestar:
    """The ASGI application over an installation whose database is prepared.

    `described` adds the OpenAPI document, which the served application keeps to itself.
    """
    projector = Projector(installation)
    posting = Posting(installation, projector.is_calm)
    app = Litestar(
        route_handlers=routers(),
        guards=[gate.admit],
        dependencies={
            "asker": Provide(gate.provide_asker, sync_to_thread=False),
            "node": Provide(gate.provide_node, sync_to_thread=False),
            "installation": Provide(gate.provide_installation, sync_to_thread=False),
            "asked": Provide(bodies.provide_asked),
        },
        exception_handlers={
            DomainError: problems.from_domain,
            HTTPException: problems.from_framework,
            Exception: problems.from_anything,
        },
        before_send=[headers.before_send(installation.settings.is_https)],
        on_startup=[projector.start, posting.start],
        on_shutdown=[posting.stop, projector.stop],
        openapi_config=_DESCRIPTION if described else None,
        request_max_body_size=8 * 1024 * 1024,
        logging_config=None,
    )
    app.state.installation = installation
    app.state.projector = projector
    return app
