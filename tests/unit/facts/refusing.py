"""What a shop in memory says to a command that may not be."""

from __future__ import annotations

import pytest

from shared.errors import DomainError
from shared.i18n import LANGUAGES, tell_error
from tests.support.shop import Shop


def refusal(shop: Shop, kind: str, /, **body: object) -> str:
    """The key of the refusal, which must leave nothing behind and have a text in both languages."""
    facts = len(shop.facts)
    with pytest.raises(DomainError) as refused:
        shop.ask(kind, **body)  # type: ignore[arg-type]
    assert len(shop.facts) == facts
    assert all(tell_error(refused.value, language) for language in LANGUAGES)
    return refused.value.key
