"""The app's own decoder, in its worker in the real browser, on pictures whose text is known.

The pictures lie beside a checkout (see the `shared_data` fixture). The bar is what the same engine reads natively
with its own settings; and pictures without a code must give none, because a false read is worse than no read.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Route

from tests.browser.conftest import MakeHandset

_READ = """async names => {
  const chunk = performance.getEntriesByType('resource').map(e => e.name).find(n => n.includes('scanner.worker'));
  const worker = new Worker(chunk, { type: 'module' });
  const ask = (frame, bitmap) => new Promise(done => {
    worker.onmessage = event => done(event.data);
    worker.postMessage({ frame, bitmap }, [bitmap]);
  });
  const found = {};
  for (const name of names) {
    const picture = await createImageBitmap(await (await fetch('/pictures/' + name)).blob());
    found[name] = [];
    for (const frame of [0, 1, 3]) {
      const out = await ask(frame, await createImageBitmap(picture));
      if (out.error) throw new Error(out.error);
      found[name] = out.readings.map(reading => reading.text);
      if (found[name].length) break;
    }
  }
  return found;
}"""


def plain(text: str) -> str:
    """Numbers without their leading zeros, as UPC and EAN differ in nothing else."""
    return text.lstrip("0") if text.isdigit() else text


def test_the_decoder_reads_what_the_engine_can(handset: MakeHandset, shared_data: Path) -> None:
    """At least as many right as natively, and nothing at all on pictures without a code."""
    folder = shared_data / "barcodes"
    known: list[dict[str, Any]] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    desk = handset(desk=True)
    desk.page.route(
        "**/pictures/**", lambda route: _fulfil(route, folder / route.request.url.split("/pictures/")[1])
    )
    desk.sign_in()
    desk.until("performance.getEntriesByType('resource').some(e => e.name.includes('scanner.worker'))")
    names = [one["file"] for one in known]
    found: dict[str, list[str]] = {}
    for at in range(0, len(names), 40):
        found |= desk.page.evaluate(_READ, names[at : at + 40])
    right = {
        one["file"]
        for one in known
        if one["text"] is not None and plain(one["text"]) in [plain(text) for text in found[one["file"]]]
    }
    natively = {one["file"] for one in known if one["text"] is not None and one["zxingcpp_3_1_1_ok"]}
    false = {one["file"]: found[one["file"]] for one in known if one["text"] is None and found[one["file"]]}
    print(f"read {len(right)} of {sum(one['text'] is not None for one in known)}, natively {len(natively)}")
    assert not false
    assert len(right) >= len(natively), sorted(natively - right)


def _fulfil(route: Route, picture: Path) -> None:
    route.fulfill(path=picture)
