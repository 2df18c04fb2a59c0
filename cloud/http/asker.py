"""Who asks, in which language, for which tenant: what every handler for people is given as `asker`."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from cloud.store.tenant import TenantStore
from shared.access.roles import WHOLE_CHAIN, Principal
from shared.errors import DomainError
from shared.i18n import Language


class Asker(msgspec.Struct, frozen=True):
    """A person signed in, and the door to their tenant's rows."""

    principal: Principal
    store: TenantStore
    language: Language

    def require_store(self, store: str) -> None:
        """Raises `store_out_of_scope`."""
        if not self.principal.sees_store(store):
            raise DomainError("store_out_of_scope", store=store)

    def stores(self, asked: Sequence[str] | None = None) -> tuple[str, ...] | None:
        """The stores an answer may speak of: those asked for, else all of the person's; None is the whole chain.

        Raises `store_out_of_scope` for a store that is asked for and not theirs.
        """
        if asked:
            for store in asked:
                self.require_store(store)
            return tuple(dict.fromkeys(asked))
        if WHOLE_CHAIN in self.principal.stores:
            return None
        return self.principal.stores
