"""A fridge's record in words: what the PDF for the inspector says, line by line, in the reader's language."""

from __future__ import annotations

from edge.http.temperature_record import Excursion, Record
from edge.printing.temperature_log import Curve, Sheet
from shared.business_day import local_time
from shared.i18n import Language, tell
from shared.units import decimal_text

UNITS = {"Cel": "°C", "[degF]": "°F"}


def sheet_of(record: Record, store_name: str, timezone: str, now_ms: int, language: Language) -> Sheet:
    """Days and times are the store's own."""
    writer = _Writer(record, timezone, language)
    rule = record.sensor
    about = [
        (writer.say("haccp_store"), store_name),
        (writer.say("haccp_place"), f"{record.place_name} · {rule.sensor}"),
        (writer.say("haccp_period"), f"{writer.when(record.from_ms)} – {writer.when(record.to_ms)}"),
        (writer.say("haccp_limits"), writer.limits()),
        (writer.say("haccp_rule"), writer.rule()),
        (writer.say("haccp_masks"), writer.masks()),
        (writer.say("haccp_calibration"), writer.calibration()),
    ]
    return Sheet(
        title=writer.say("haccp_title"),
        about=[(name, value) for name, value in about if value],
        curve=Curve(
            from_ms=record.from_ms,
            to_ms=record.to_ms,
            points=[
                (span.start_ms + record.seconds * 500, span.lowest, span.mean, span.highest)
                for span in record.spans
            ],
            high=rule.rule.high,
            low=rule.rule.low,
            outside=[(one.began_ms, one.ended_ms or min(now_ms, record.to_ms)) for one in record.excursions],
            defrost=record.defrost,
            ticks=writer.ticks(),
            legend=writer.say("haccp_legend"),
        ),
        excursions_title=writer.say("haccp_excursions", n=len(record.excursions)),
        excursions=[writer.excursion(one) for one in record.excursions],
        nothing=writer.say("haccp_none"),
        log_title=writer.say("haccp_log"),
        log_head=[
            writer.say(key)
            for key in ("haccp_time", "haccp_lowest", "haccp_mean", "haccp_highest", "haccp_outside")
        ],
        log=writer.log(),
        outside_rows={row for row, span in enumerate(writer.hours()) if span[4]},
        signatures=[writer.say(key) for key in ("haccp_signed_by", "haccp_checked_by", "haccp_signed_on")],
        foot=writer.say("haccp_foot", at=writer.when(now_ms)),
    )


class _Writer:
    def __init__(self, record: Record, timezone: str, language: Language) -> None:
        self._record, self._timezone, self._language = record, timezone, language

    def say(self, key: str, **values: str | int) -> str:
        return tell(key, self._language, values)

    def when(self, at_ms: int) -> str:
        return f"{local_time(at_ms, self._timezone):%Y-%m-%d %H:%M}"

    def ticks(self) -> list[tuple[int, str]]:
        """Eight moments along the curve: hours of a day or two, days of more."""
        first, last = self._record.from_ms, self._record.to_ms
        form = "%H:%M" if last - first <= 48 * 3_600_000 else "%m-%d"
        return [
            (at_ms, local_time(at_ms, self._timezone).strftime(form))
            for at_ms in range(first, last, max(1, (last - first) // 8))
        ]

    def value(self, micro: int | None) -> str:
        if micro is None:
            return "—"
        unit = UNITS.get(self._record.now.unit, self._record.now.unit)
        return f"{decimal_text(micro // 10_000 * 10_000)} {unit}".strip()

    def limits(self) -> str:
        rule = self._record.sensor.rule
        return self.say("haccp_limit_words", low=self.value(rule.low), high=self.value(rule.high))

    def rule(self) -> str:
        rule = self._record.sensor.rule
        return self.say(
            "haccp_rule_words",
            minutes=rule.raise_after_ms // 60_000,
            clear=rule.clear_after_ms // 60_000,
            hysteresis=decimal_text(rule.hysteresis),
        )

    def masks(self) -> str:
        mask = self._record.sensor.mask
        if mask is None:
            return ""
        told = []
        if mask.defrost:
            times = ", ".join(f"{start // 60:02d}:{start % 60:02d}" for start in mask.defrost.starts)
            told.append(self.say("haccp_defrost", times=times, minutes=mask.defrost.minutes))
        if mask.door:
            told.append(self.say("haccp_door", minutes=mask.door.open_ms // 60_000))
        told.append(self.say("haccp_masked_up_to", limit=self.value(mask.limit)))
        return self.say("haccp_comma").join(told)

    def calibration(self) -> str:
        due = self._record.sensor.cal_due
        told = self.say("haccp_no_calibration") if due is None else self.say("haccp_due", day=due.isoformat())
        overdue = "calibration_overdue" in self._record.now.conditions
        return f"{told} {self.say('haccp_overdue')}" if overdue else told

    def excursion(self, one: Excursion) -> list[tuple[str, str]]:
        until = self.say("haccp_open") if one.ended_ms is None else self.when(one.ended_ms)
        lines = [
            (self.say("haccp_from_to"), f"{self.when(one.began_ms)} – {until}"),
            (
                self.say("haccp_worst"),
                self.say("haccp_worst_words", peak=self.value(one.peak), limit=self.value(one.limit)),
            ),
        ]
        if one.backfilled:
            lines.append((self.say("haccp_found"), self.say("haccp_backfilled")))
        for note in one.notes:
            if note.what == "acknowledged":
                told = self.say("haccp_did", at=self.when(note.at_ms), who=note.by, action=note.action)
                lines.append((self.say("haccp_action"), told))
            else:
                level = self.say("haccp_level_2" if note.level == 2 else "haccp_level_3")
                told = self.say("haccp_went_up", at=self.when(note.at_ms), level=level)
                lines.append((self.say("haccp_escalated"), told))
        if not one.acknowledged:
            lines.append((self.say("haccp_action"), self.say("haccp_no_action")))
        if one.held:
            goods = self.say("haccp_comma").join(
                f"{lot.name} {lot.lot} × {decimal_text(lot.qty)}" for lot in one.held
            )
            lines.append((self.say("haccp_held"), goods))
        return lines

    def hours(self) -> list[tuple[int, int, int, int, int]]:
        """(start, lowest, mean, highest, seconds outside) by the hour, however fine the record is."""
        grouped: dict[int, list[tuple[int, int, int, int]]] = {}
        for span in self._record.spans:
            start = span.start_ms - span.start_ms % 3_600_000
            outside = span.seconds_above + span.seconds_below
            grouped.setdefault(start, []).append((span.lowest, span.mean, span.highest, outside))
        return [
            (
                start,
                min(part[0] for part in parts),
                sum(part[1] for part in parts) // len(parts),
                max(part[2] for part in parts),
                sum(part[3] for part in parts),
            )
            for start, parts in grouped.items()
        ]

    def log(self) -> list[list[str]]:
        return [
            [
                self.when(start),
                self.value(lowest),
                self.value(mean),
                self.value(highest),
                self.say("haccp_minutes", n=-(-outside // 60)) if outside else "—",
            ]
            for start, lowest, mean, highest, outside in self.hours()
        ]
