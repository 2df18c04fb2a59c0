"""The transfer file at a terminal: one answer, and every wrong line refused by name."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from cloud.replenishment.cli import REFUSED, replenish

GOOD: dict[str, list[dict[str, str]]] = {
    "goods": [{"sku": "milk", "step": "12", "volume": "1.1"}],
    "lanes": [{"from": "S1", "to": "S2", "trip": "35", "per_volume": "0.02", "capacity": "600"}],
    "surpluses": [{"store": "S1", "sku": "milk", "qty": "40", "worth": "0.20"}],
    "needs": [{"store": "S2", "sku": "milk", "qty": "30", "worth": "2.50"}],
}


def run(folder: Path, body: str, *options: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of one run over a file with this content."""
    file = folder / "chain.json"
    file.write_text(body)
    result = CliRunner().invoke(replenish, ["transfers", str(file), *options])
    return result.exit_code, result.stdout, result.stderr


def test_the_example_of_the_documentation(tmp_path: Path) -> None:
    """Two cases of twelve move: 24 * (2.50 - 0.20 - 0.022) - 35 = 19.672."""
    code, out, _ = run(tmp_path, json.dumps(GOOD), "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["value"] == "19.672"
    assert answer["method"] == "lane_prices"
    assert answer["transfers"] == [
        {"from": "S1", "to": "S2", "lane": 0, "sku": "milk", "qty": "24", "value": "54.672"}
    ]
    assert answer["trips"] == [{"from": "S1", "to": "S2", "lane": 0, "volume": "26.4", "value": "19.672"}]


def test_the_documentation_shows_the_file_that_is_read(tmp_path: Path) -> None:
    """The JSON in docs/transfer-format.md is this test's good file."""
    page = (Path(__file__).parents[3] / "docs" / "transfer-format.md").read_text()
    assert json.loads(page.partition("```json")[2].partition("```")[0]) == GOOD


def test_a_summary_for_people(tmp_path: Path) -> None:
    """Without --json: what it is worth, and each van."""
    code, out, _ = run(tmp_path, json.dumps(GOOD))
    assert code == 0
    assert "worth 19.672" in out
    assert "S1 -> S2: volume 26.4, worth 19.672" in out


def test_where_no_solver_is_installed_the_answer_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same command works, greedy, and tells in both languages what is not proven and how to get it."""
    for module in [name for name in sys.modules if name.partition(".")[0] == "ortools"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "ortools", None)
    code, out, err = run(tmp_path, json.dumps(GOOD), "--json")
    answer = json.loads(out)
    assert code == 0
    assert (answer["method"], answer["bound"], answer["value"]) == ("greedy", None, "19.672")
    assert err.count("liushui[optimise]") == 2


def changed(part: str, **fields: str) -> str:
    """The good file with one field of one part put wrong."""
    return json.dumps({**GOOD, part: [{**GOOD[part][0], **fields}]})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{", "does not follow the format"),
        ("[]", "does not follow the format"),
        ('{"goods": [], "lanes": [], "surpluses": []}', "needs"),
        (changed("goods", colour="red"), "colour"),
        (changed("goods", step="0"), "step"),
        (changed("goods", step="-1"), "step"),
        (changed("goods", volume="-1"), "volume"),
        (changed("goods", volume="1e3"), "volume"),
        (json.dumps({**GOOD, "goods": GOOD["goods"] * 2}), "milk stands twice"),
        (changed("lanes", to="S1"), "lane to itself"),
        (changed("lanes", trip="-1"), "trip"),
        (changed("lanes", trip="1000001"), "trip"),
        (changed("lanes", capacity="-3"), "capacity"),
        (changed("surpluses", sku="beer"), "beer"),
        (changed("surpluses", qty="-4"), "qty"),
        (changed("needs", sku="beer"), "beer"),
        (changed("needs", worth="1000001"), "worth"),
        (changed("needs", worth="NaN"), "worth"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, body: str, words: str) -> None:
    """Nothing is printed but the reason, one line a language."""
    code, out, err = run(tmp_path, body, "--json")
    assert (code, out) == (REFUSED, "")
    assert words in err
    assert len(err.strip().splitlines()) == 2


@pytest.mark.parametrize("part", ["goods", "lanes", "surpluses", "needs"])
def test_a_file_with_nothing_to_move_moves_nothing(tmp_path: Path, part: str) -> None:
    """No goods, no lanes, no surplus or no need is an ordinary evening, not an error."""
    empty = {**GOOD, part: []}
    if part == "goods":
        empty |= {"surpluses": [], "needs": []}
    code, out, _ = run(tmp_path, json.dumps(empty), "--json")
    assert code == 0
    assert json.loads(out)["transfers"] == []
