"""Texts: every key that is raised has one, in both languages, with the same values."""

import ast
import string
from pathlib import Path

from shared.i18n import LANGUAGES, all_texts, language_of, tell
from shared.ledger.fact import fact_types

HOUSE = Path(__file__).resolve().parent.parent.parent


def raised_keys() -> dict[str, set[str]]:
    """Every literal DomainError key in the code, with the names of its values."""
    found: dict[str, set[str]] = {}
    for folder in ("shared", "edge", "cloud", "firmware_bridge"):
        for path in (HOUSE / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id == "DomainError"
                    and node.args
                    and isinstance(node.args[0], ast.Constant)
                ):
                    names = {keyword.arg for keyword in node.keywords if keyword.arg}
                    found.setdefault(str(node.args[0].value), set()).update(names)
    return found


def test_every_raised_key_has_a_text() -> None:
    """A user never sees a bare key."""
    assert sorted(raised_keys().keys() - all_texts().keys()) == []


def test_both_languages_use_the_same_values() -> None:
    """A value that only one language tells would be lost for the other's readers."""
    for key, languages in all_texts().items():
        fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in languages]
        assert fields[0] == fields[1], key
        assert all(text.strip() for text in languages), key


def test_texts_ask_only_for_values_that_are_given() -> None:
    """Filling in a text must never fail at the moment somebody needs it."""
    for key, given in raised_keys().items():
        for text in all_texts()[key]:
            asked = {name for _, name, _, _ in string.Formatter().parse(text) if name}
            assert asked <= given, key


def test_every_kind_of_fact_says_in_words_what_happened() -> None:
    """Head office reads them one by one; a fact without words would be shown there as one we do not know."""
    assert sorted({f"fact.{kind}" for kind, _ in fact_types()} - all_texts().keys()) == []


def test_chinese_is_the_default_language() -> None:
    """English is spoken where it is asked for first."""
    assert language_of("") == "zh-CN"
    assert language_of("de, en;q=0.8, zh;q=0.5") == "en"
    assert language_of("zh-TW,en") == "zh-CN"
    assert all(tell("sku_unknown", language, {"sku": "A1"}).count("A1") for language in LANGUAGES)
