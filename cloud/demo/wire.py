"""How the demo talks to a node or to head office: as a signed-in phone does, trying again until it is heard.

Retrying is the only recovery there is: an op sent twice is recorded once, so an answer that never came is asked
for again, whether the process was killed, is starting, or was only slow.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import httpx

from cloud.demo.ops import Body, Op

PATIENCE_S = 120.0
PAUSE_S = 0.2
SIGN_IN_PAUSE_S = 2.0
"""Whoever guesses fast has to wait longer; so we do not."""
OPS_MAX = 200
BYTES_MAX = 400_000
_TRY_AGAIN = {401, 408, 425, 429, 500, 502, 503, 504}


class Refused(Exception):
    """A request that will not get better by repeating it."""


class Person:
    """Somebody signed in somewhere; signs in again when the session is gone."""

    def __init__(self, url: str, user: str, password: str, stopping: threading.Event) -> None:
        self.url = url
        self.user = user
        self._password = password
        self._stopping = stopping
        self._client = httpx.Client(
            base_url=url, timeout=30.0, headers={"X-Liushui": "1", "Accept-Language": "en"}
        )
        self._signed_in = False

    def sign_in(self, patience_s: float = PATIENCE_S) -> None:
        """Returns once the side knows this person, which at a store takes until the feed has come."""
        self._patiently(
            "POST", "/v1/session", {"user": self.user, "password": self._password}, None, patience_s
        )
        self._signed_in = True

    def bootstrap(self, code: str, name: str) -> None:
        """The first owner, by the one-time code."""
        asked = {"code": code, "user": self.user, "name": name, "password": self._password}
        answer = self._client.post("/v1/bootstrap", json=asked)
        if answer.status_code not in (200, 201):
            raise Refused(f"bootstrap: {answer.status_code} {answer.text[:300]}")
        self._signed_in = True

    def knows_store(self, name: str) -> bool:
        """Whether the side has learnt its own store's name, which tells that the feed has arrived."""
        try:
            me: Body = self._client.get("/v1/me").json()
        except (httpx.HTTPError, ValueError):
            return False
        store = me.get("store") or {}
        return bool(store.get("name") == name)

    def get(self, path: str, **query: str | int) -> Any:
        return self._ask("GET", path, None, query).json()

    def post(self, path: str, body: object) -> Any:
        return self._ask("POST", path, body, None).json()

    def put_photo(self, name: str, image: bytes) -> None:
        """Content-addressed, so putting it twice is putting it once."""
        self._patiently("PUT", f"/v1/photos/{name}", image, None, PATIENCE_S)

    def live(self) -> Iterator[tuple[str, Body]]:
        """What the node tells open screens, event by event, until the connection ends; an empty name is a beat."""
        if not self._signed_in:
            self.sign_in()
        headers = {"Accept": "text/event-stream"}
        with self._client.stream("GET", "/v1/live", headers=headers, timeout=30.0) as answer:
            if answer.status_code != 200:
                self._signed_in = answer.status_code != 401
                raise Refused(f"GET {self.url}/v1/live: {answer.status_code}")
            yield "", {}
            lines: list[str] = []
            for line in answer.iter_lines():
                if line:
                    lines.append(line)
                    continue
                yield event(lines)
                lines = []

    def ops(self, ops: Sequence[Op]) -> list[Body]:
        """Sends one batch and returns its results in order."""
        results: list[Body] = self.post("/v1/ops", {"ops": [op.wire() for op in ops]})["results"]
        return results

    def close(self) -> None:
        self._client.close()

    def _ask(
        self, method: str, path: str, body: object, query: dict[str, str | int] | None
    ) -> httpx.Response:
        if not self._signed_in:
            self.sign_in()
        return self._patiently(method, path, body, query, PATIENCE_S)

    def _patiently(
        self, method: str, path: str, body: object, query: dict[str, str | int] | None, patience_s: float
    ) -> httpx.Response:
        until = time.monotonic() + patience_s
        last = ""
        while time.monotonic() < until:
            try:
                answer = self._send(method, path, body, query)
            except httpx.HTTPError as error:
                last = repr(error)
            else:
                if answer.is_success:
                    return answer
                last = f"{answer.status_code} {answer.text[:300]}"
                if answer.status_code not in _TRY_AGAIN:
                    break
                if answer.status_code == 401 and path != "/v1/session":
                    self.sign_in(until - time.monotonic())
            if self._stopping.wait(SIGN_IN_PAUSE_S if path == "/v1/session" else PAUSE_S):
                break
        raise Refused(f"{method} {self.url}{path}: {last}")

    def _send(
        self, method: str, path: str, body: object, query: dict[str, str | int] | None
    ) -> httpx.Response:
        if isinstance(body, bytes):
            return self._client.request(method, path, content=body, headers={"Content-Type": "image/jpeg"})
        if body is None:
            return self._client.request(method, path, params=query)
        return self._client.request(method, path, json=body)


def batches(ops: Sequence[Op]) -> list[list[Op]]:
    """The ops in order, cut where the sender changes, at 200 ops, and where the body would get too large."""
    found: list[list[Op]] = []
    size = 0
    for op in ops:
        own = len(str(op.body)) + 200
        if not found or found[-1][-1].user != op.user or len(found[-1]) == OPS_MAX or size + own > BYTES_MAX:
            found.append([])
            size = 0
        found[-1].append(op)
        size += own
    return found


def event(lines: Sequence[str]) -> tuple[str, Body]:
    """One server-sent event: its name and its JSON object; a comment has neither."""
    name, data = "", ""
    for line in lines:
        field, _, value = line.partition(":")
        if field == "event":
            name = value.strip()
        elif field == "data":
            data += value.strip()
    return name, json.loads(data) if data else {}
