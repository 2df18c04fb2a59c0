"""The one error that users meet: a key with values, turned into a sentence in their language at the rim.

A rejected command is a normal result, so the error carries everything a page needs to explain it and to say
what to do next. Our own mistakes are assertions, never DomainErrors.
"""

from __future__ import annotations

Value = str | int | None


class DomainError(Exception):
    """What a person or device asked for cannot be done; `key` names the text in `shared.i18n`."""

    def __init__(self, key: str, /, **values: Value) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.key}({told})"
