"""`liushui decode scan --jsonl`: an answer a line, whatever the line holds."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

LINES = [
    '{"id": 1, "kind": "scan", "input": "]C10106901234567892\\u001d10L7", "context": {"today": "2026-11-22"}}',
    '{"id": 2, "kind": "gtin", "input": "6901234567890", "context": {}}',
    "not json",
    '{"id": 4, "kind": "telex", "input": "x", "context": {}}',
    '{"id": 5, "kind": "hid", "input": [["KEY_A", 1], ["KEY_ENTER", 1]], "context": {}}',
    '{"id": 6, "kind": "scan", "input": "]C1", "context": {"today": "no day"}}',
]


def decoded(text: str) -> list[dict[str, object]]:
    """What the command answers, run as an installer runs it."""
    command = [
        sys.executable,
        "-c",
        "from firmware_bridge.decoding import decode; decode()",
        "scan",
        "--jsonl",
    ]
    run = subprocess.run(command, input=text, capture_output=True, text=True, check=True, encoding="utf-8")
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_every_line_gets_an_answer_and_a_broken_one_stops_nobody() -> None:
    """Valid, invalid, unreadable, unknown kind, key presses, senseless date: six lines in, six answers out."""
    answers = decoded("\n".join(LINES) + "\n")
    assert [answer["id"] for answer in answers] == [1, 2, None, 4, 5, 6]
    results = [answer["result"] for answer in answers]
    assert results[0]["elements"] == [["01", "06901234567892"], ["10", "L7"]]
    assert (results[1]["valid"], results[1]["expected_check_digit"]) == (False, 2)
    assert results[3]["error"] == "decode_kind_unknown"
    assert results[4] == {"text": "a", "complete": True}
    assert "error" in results[2]
    assert "error" in results[5]


def test_the_reference_vectors_come_out_of_the_command(shared_data: Path) -> None:
    """Each line of the file, as it stands, gives its verdict and its elements."""
    path = shared_data / "iot" / "gs1.jsonl"
    if not path.is_file():
        pytest.skip(f"no barcode vectors at {path}")
    text = path.read_text(encoding="utf-8")
    vectors = [json.loads(line) for line in text.splitlines()]
    answers = decoded(text)
    assert [answer["id"] for answer in answers] == [vector["id"] for vector in vectors]
    for vector, answer in zip(vectors, answers, strict=True):
        for name in ("valid", "elements", "text", "complete"):
            assert answer["result"].get(name) == vector["expected"].get(name), vector["id"]
