"""The documents stay true: links lead somewhere, targets exist, every library has its reason."""

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent
DOCUMENTS = [HOUSE / "README.md", *sorted((HOUSE / "docs").rglob("*.md"))]
RECORDS = sorted((HOUSE / "docs" / "decisions").glob("*.md"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(HOUSE)))
def test_links_lead_somewhere(document: Path) -> None:
    """Every link to a file or a folder of the house finds it."""
    targets = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", document.read_text())
    assert not [target for target in targets if not (document.parent / target).exists()]


def test_the_readme_knows_every_make_target() -> None:
    """What `make help` lists, README explains."""
    targets = re.findall(r"(?m)^([a-z-]+):.*## ", (HOUSE / "Makefile").read_text())
    assert {"help", "demo", "test", "lint", "bench", "lock", "clean"} <= set(targets)
    readme = (HOUSE / "README.md").read_text()
    assert not [target for target in targets if f"`make {target}`" not in readme]


def test_the_readme_speaks_both_languages() -> None:
    """A section in Chinese says what it is and names the two commands again."""
    chinese = (HOUSE / "README.md").read_text().partition("## 中文")[2]
    assert "make demo" in chinese
    assert "make test" in chinese


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_decision_record_answers_five_questions(record: Path) -> None:
    """Question, decision, reason, price, and when to look again."""
    text = record.read_text()
    assert re.match(r"\d{4}-[a-z0-9-]+$", record.stem)
    for heading in ("Question", "Decision", "Reason", "Price", "When to look again"):
        assert f"**{heading}.**" in text, f"{record.name} has no {heading}"


def test_every_library_has_its_reason() -> None:
    """A dependency is adopted, not collected: the record of libraries names each one in bold."""
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    wanted = {
        match[0]
        for requirement in chain(project["dependencies"], *extras)
        if (match := re.match(r"[A-Za-z0-9_-]+", requirement)) and match[0] != "liushui"
    }
    reasons = " ".join(
        re.findall(r"\*\*([^*]+)\*\*", (HOUSE / "docs/decisions/0002-libraries.md").read_text())
    )
    assert not sorted(wanted - set(re.findall(r"[A-Za-z0-9_-]+", reasons)))
