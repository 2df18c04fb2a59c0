"""The live part: what a visitor sees moving once the past has been replayed.

Every few seconds a sale at each store: a code scanned by the real scanner driver, or goods on the real scale
driver, heard on the till's screen and sold by list price. Now and then a count. After a minute one store's
fridge is left open; its alarm holds what lies in it, and later it closes again.
"""

from __future__ import annotations

import threading
import time
import uuid
from decimal import ROUND_HALF_UP, Decimal
from secrets import randbits

import msgspec

from cloud.demo.assortment import AMBIENT
from cloud.demo.chain import FRIDGE_TO_WATCH, LOOSE, Article
from cloud.demo.chance import ean13, op_id, pick
from cloud.demo.children import Say
from cloud.demo.devices import SCALE, SCANNER, Devices, usual
from cloud.demo.ops import Body, Op
from cloud.demo.screen import Screen
from cloud.demo.wire import Person, Refused

SALE_EVERY_S = 4.0
COUNT_EVERY = 12
WEIGH_EVERY = 3
HEARD_S_MAX = 6.0
EMPTY_S = 1.5
WARM_AFTER_S = 60.0
WARM_FOR_S = 90.0
CENT = Decimal("0.01")


class Heard(msgspec.Struct):
    """What came through the devices of a store."""

    scans: int = 0
    weights: int = 0
    unheard: int = 0
    sales: int = 0
    counts: int = 0
    refusals: list[str] = []


class LiveStore:
    """One store while the demo runs: its clerk, its screen, its devices."""

    def __init__(
        self,
        store: str,
        clerk: Person,
        devices: Devices,
        articles: dict[str, Article],
        stopping: threading.Event,
    ) -> None:
        self.store = store
        self.heard = Heard()
        self._clerk = clerk
        self._devices = devices
        self._stopping = stopping
        self._screen = Screen(clerk, stopping)
        self._sent = 0
        self._articles = [
            article
            for article in articles.values()
            if article.group.place == AMBIENT and article.price and (article.group.keeps or 99) > 9
        ]

    def open_till(self) -> None:
        """Opens the screen; the node pushes scans and weights to it from now on."""
        self._screen.start()
        self._screen.is_open.wait(HEARD_S_MAX)

    def scan(self, number: int) -> Article | None:
        """Scans an article's barcode with the scanner and waits until the till's screen shows it."""
        article = self._articles[pick(len(self._articles), self.store, "live", number)]
        code = ean13(article.product)
        self._screen.forget()
        self._devices.scan(code)
        told = self._screen.wait_for("scan", HEARD_S_MAX, device=SCANNER, raw=code)
        if told is None:
            self.heard.unheard += 1
            return None
        self.heard.scans += 1
        known = self._clerk.get("/v1/scan", raw=code, symbology=str(told.get("symbology") or ""))
        return article if known.get("sku") == article.product else None

    def weigh(self, number: int) -> str | None:
        """Puts goods on the scale and waits for the captured weight; answers kilograms."""
        grams = 180 + pick(1600, self.store, "grams", number)
        self._screen.forget()
        self._devices.put(f"{grams / 1000:.3f}")
        told = self._screen.wait_for("weight", HEARD_S_MAX, device=SCALE, captured=True)
        self._devices.take()
        # A scale weighs the next thing only after it has been empty for a moment.
        self._stopping.wait(EMPTY_S)
        if told is None:
            self.heard.unheard += 1
            return None
        self.heard.weights += 1
        return str(Decimal(told["value"]).normalize())

    def sell_something(self, number: int) -> None:
        if number % WEIGH_EVERY == WEIGH_EVERY - 1:
            kilograms = self.weigh(number)
            if kilograms is None:
                return
            loose = LOOSE[pick(len(LOOSE), self.store, "loose", number)]
            total = (Decimal(kilograms) * Decimal(loose.price)).quantize(CENT, ROUND_HALF_UP)
            line: Body = {"sku": loose.sku, "qty": f"{Decimal(kilograms):f}", "unit": "kg"}
        else:
            article = self.scan(number)
            if article is None:
                return
            qty = 1 + pick(2, self.store, "qty", number)
            total = Decimal(article.store_prices.get(self.store, article.price) * qty) / 100
            line = {"sku": article.product, "qty": str(qty), "code": ean13(article.product)}
        kind = ("cash", "card", "wechat", "alipay")[pick(4, self.store, "tender", number)]
        tenders: list[Body] = [{"kind": kind, "amount": f"{total:.2f}"}] if total else []
        if self._send("sales.sell", {"lines": [line], "tenders": tenders}):
            self.heard.sales += 1

    def count_something(self, number: int) -> None:
        """Counts one article; nine times of ten it is what the book says."""
        article = self._articles[pick(len(self._articles), self.store, "count", number)]
        lying = self._clerk.get(f"/v1/stock/{article.product}")
        book = max(int(Decimal(lying["on_hand"])), 0)
        found = max(book - (number % 10 == 0), 0)
        if self._send("stock.count", {"lines": [{"sku": article.product, "counted": str(found)}]}):
            self.heard.counts += 1

    def run(self) -> None:
        """Until the demo stops."""
        number = 0
        while not self._stopping.wait(SALE_EVERY_S):
            number += 1
            try:
                self.sell_something(number)
                if number % COUNT_EVERY == 0:
                    self.count_something(number)
            except Refused as error:
                self._note(str(error))

    def _send(self, kind: str, body: Body) -> bool:
        self._sent += 1
        at_ms = time.time_ns() // 1_000_000
        op = Op(
            store=self.store,
            user=self._clerk.user,
            op_id=op_id(at_ms, uuid.UUID(int=randbits(128))),
            device=f"{self.store}-live",
            dev_seq=self._sent,
            kind=kind,
            at_ms=at_ms,
            body=body,
        )
        (result,) = self._clerk.ops([op])
        if result["state"] == "accepted":
            return True
        self._note(f"{kind}: {result.get('error')}")
        return False

    def _note(self, told: str) -> None:
        if len(self.heard.refusals) < 20:
            self.heard.refusals.append(told)


def open_fridge(devices: Devices, say: Say, stopping: threading.Event) -> None:
    """After a minute somebody leaves a fridge open; a minute and a half later somebody closes it."""
    if stopping.wait(WARM_AFTER_S):
        return
    say(f"{devices.store}: somebody left {FRIDGE_TO_WATCH} open; watch the cold chain page")
    devices.warm(FRIDGE_TO_WATCH, "11.4")
    if stopping.wait(WARM_FOR_S):
        return
    devices.warm(FRIDGE_TO_WATCH, usual(FRIDGE_TO_WATCH))
    say(
        f"{devices.store}: {FRIDGE_TO_WATCH} is closed again; what lay in it stays blocked until somebody decides"
    )
