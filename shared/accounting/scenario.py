"""The what-if file of `liushui books replay`: `scenario` and `events` in JSON become a policy and documents.

An accountant writes such a file by hand or exports it; every mistake in it is answered by name and nothing is
guessed: an unknown field, a number with too many decimals, an amount below zero, an event without its date. The
figures are decimal strings; here, at the rim, they become integers.
"""

from __future__ import annotations

import codecs
import datetime
import json
import re
import types
from collections.abc import Hashable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import msgspec

from shared.accounting.accounts import chart_named
from shared.accounting.documents import DOCUMENTS, Document, LandedCost, Manual, TransferOut, Unit
from shared.accounting.policy import DatedRate, Policy, SkuKind, SkuTerms, TaxpayerKind
from shared.errors import DomainError
from shared.money import LARGEST_BOOKED, fen
from shared.units import MICRO, micro

Json = dict[str, Any]
_REMARKS = ("memo", "note", "comment", "reason")
"""Free words that any event may carry; `memo` reaches the voucher."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """The stores, SKUs and policy a file is to be replayed under; `rules` are its own words for them."""

    policy: Policy
    stores: frozenset[str]
    skus: Mapping[str, SkuTerms]
    rules: tuple[str, ...] = ()


def read_file(content: bytes) -> tuple[Scenario, list[Json]]:
    """The scenario and its raw events. Raises `scenario_malformed` and all that `read_scenario` raises."""
    content = content.removeprefix(codecs.BOM_UTF8)  # Notepad and spreadsheets put it in front.
    try:
        whole = msgspec.json.decode(content)
        # msgspec takes the last of two equal names; an accountant who wrote "cash" twice meant both.
        if isinstance(twice := json.loads(content, object_pairs_hook=_each_name_once), _Twice):
            raise DomainError("field_twice", field=str(twice))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DomainError("scenario_malformed", why=str(error)) from None
    if not isinstance(whole, dict):
        raise DomainError("scenario_malformed", why="not an object")
    scenario, events = whole.get("scenario"), whole.get("events")
    if not isinstance(scenario, dict) or not isinstance(events, list):
        raise DomainError("scenario_malformed", why="scenario {} and events [] are needed")
    return read_scenario(scenario), events


class _Twice(str):
    """The name of a field that an object has twice, on its way out to the event that can be named."""

    __slots__ = ()


def _each_name_once(pairs: list[tuple[str, Any]]) -> Json | _Twice:
    """The object; where it or one inside has a field twice, that field's name. Raises `event_field_twice`."""
    found = dict(pairs)
    inside = [one for value in found.values() for one in (value if isinstance(value, list) else [value])]
    twice: str | None = next((one for one in inside if isinstance(one, _Twice)), None)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
    if twice is None:
        return found
    if isinstance(found.get("id"), str) and "type" in found:
        raise DomainError("event_field_twice", event=found["id"][:60], field=twice)
    return _Twice(twice)


def read_scenario(raw: Json) -> Scenario:
    """Policy, stores and SKUs. Raises DomainErrors that name the field."""
    policy = _policy(_object(raw, "policy"))
    skus = {sku: _terms(sku, _object(_object(raw, "skus"), sku)) for sku in _object(raw, "skus")}
    stores = frozenset(_object(raw, "stores")) | {policy.head_office, policy.transit}
    rules = raw.get("rules", [])
    if not isinstance(rules, list):
        raise DomainError("field_malformed", field="rules", expected="list")
    return Scenario(policy=policy, stores=stores, skus=skus, rules=tuple(map(str, rules)))


def _object(raw: Json, field: str) -> Json:
    value = raw.get(field)
    if not isinstance(value, dict):
        raise DomainError("field_malformed", field=field, expected="object")
    return value


def _policy(raw: Json) -> Policy:
    taxpayer = str(raw.get("taxpayer")).replace("-", "_")
    if taxpayer not in get_args(TaxpayerKind):
        raise DomainError("field_malformed", field="taxpayer", expected=", ".join(get_args(TaxpayerKind)))
    surtaxes = raw.get("surtax", {})
    if not isinstance(surtaxes, dict):
        raise DomainError("field_malformed", field="surtax", expected="object")
    return Policy(
        taxpayer=cast("TaxpayerKind", taxpayer),
        chart=chart_named(str(raw.get("chart", "small"))),
        surtaxes=tuple(_rate(rate, f"surtax.{name}") for name, rate in surtaxes.items()),
        surtax_factor=_rate(raw.get("surtax_factor", "1"), "surtax_factor"),
    )


def _terms(sku: str, raw: Json) -> SkuTerms:
    kind, costing = raw.get("kind"), raw.get("costing", "moving_average")
    if kind not in get_args(SkuKind):
        raise DomainError("field_malformed", field=f"{sku}.kind", expected=", ".join(get_args(SkuKind)))
    if costing not in ("moving_average", "fifo", "none"):
        raise DomainError("field_malformed", field=f"{sku}.costing", expected="moving_average, fifo, none")
    if costing == "none" and kind != "service":
        raise DomainError("field_malformed", field=f"{sku}.costing", expected="moving_average, fifo")
    return SkuTerms(
        kind=cast("SkuKind", kind),
        costing=None if kind == "service" else costing,
        name=str(raw.get("name", sku)),
        vat=_rates(raw.get("vat"), f"{sku}.vat"),
    )


def _rates(raw: object, field: str) -> tuple[DatedRate, ...]:
    """One rate for all time, or a list of {"from": day, "rate": rate}; none where nothing is written."""
    if raw is None:
        return ()
    if not isinstance(raw, list):
        return (DatedRate(datetime.date.min, _rate(raw, field)),)
    dated = []
    for step in raw:
        if not isinstance(step, dict) or step.keys() != {"from", "rate"}:
            raise DomainError("field_malformed", field=field, expected='{"from", "rate"}')
        dated.append(DatedRate(_day(step["from"], field), _rate(step["rate"], field)))
    return tuple(dated)


def read_event(raw: object, scenario: Scenario) -> Document:
    """One document of one event; stores and SKUs are known ones. Raises DomainErrors that name the field."""
    if not isinstance(raw, dict):
        raise DomainError("scenario_malformed", why="an event is not an object")
    kind = DOCUMENTS.get(str(raw.get("type")))
    if kind is None:
        raise DomainError("event_type_unknown", type=str(raw.get("type"))[:60])
    document = _struct(kind, {name: value for name, value in raw.items() if name != "type"}, "")
    assert isinstance(document, Document)
    for store in _stores(document):
        if store not in scenario.stores or store == scenario.policy.transit:
            raise DomainError("store_unknown", store=store)
    return document


def _stores(document: Document) -> Iterator[str]:
    """Its own store and those that it or its lines name besides."""
    yield document.store
    if isinstance(document, TransferOut) and document.to:
        yield document.to
    if isinstance(document, LandedCost):
        yield from (share.store for share in document.shares)
    if isinstance(document, Manual):
        yield from (line.store for line in document.lines if line.store)


@cache
def _fields(kind: Hashable) -> tuple[tuple[str, str, Any, bool], ...]:
    """(name in JSON, attribute, type, needed) of each field; `lots` come only from facts."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        (field.encode_name, field.name, hints[field.name], field.required)
        for field in msgspec.structs.fields(cast("type[msgspec.Struct]", kind))
        if field.name != "lots"
    )


def _struct(kind: type[Any], raw: object, at: str) -> Any:
    if not isinstance(raw, dict):
        raise DomainError("field_malformed", field=at or "event", expected="object")
    fields: tuple[tuple[str, str, Any, bool], ...] = _fields(cast("Hashable", kind))
    unknown = raw.keys() - {encoded for encoded, *_ in fields} - set(_REMARKS)
    if unknown:
        raise DomainError("field_unknown", field=at + min(unknown))
    found = {}
    for encoded, name, of, needed in fields:
        if raw.get(encoded) is not None:
            found[name] = _value(of, raw[encoded], at + encoded)
        elif needed:
            raise DomainError("field_missing", field=at + encoded)
    return kind(**found)


def _value(of: Any, raw: object, at: str) -> Any:
    """One value read as its type says; types are those that documents use, nothing more."""
    origin, arguments = get_origin(of), get_args(of)
    if origin is Annotated:
        return _number(arguments[1], raw, at)
    if origin in (Union, types.UnionType):
        return _value(arguments[0], raw, at)
    if origin is tuple:
        return _sequence(arguments, raw, at)
    if origin is dict:
        if not isinstance(raw, dict):
            raise DomainError("field_malformed", field=at, expected="object")
        return {str(key): _value(arguments[1], value, f"{at}.{key}") for key, value in raw.items()}
    if origin is Literal:
        if raw not in arguments:
            raise DomainError("field_malformed", field=at, expected=", ".join(map(str, arguments)))
        return raw
    if of is datetime.date:
        return _day(raw, at)
    if isinstance(of, type) and issubclass(of, msgspec.Struct):
        return _struct(of, raw, f"{at}.")
    if type(raw) is not of or raw == "":
        raise DomainError("field_malformed", field=at, expected=of.__name__)
    return raw


def _sequence(arguments: tuple[Any, ...], raw: object, at: str) -> tuple[Any, ...]:
    if not isinstance(raw, list):
        raise DomainError("field_malformed", field=at, expected="list")
    if arguments[-1] is not Ellipsis:
        if len(raw) != len(arguments):
            raise DomainError("field_malformed", field=at, expected=f"{len(arguments)} values")
        return tuple(_value(of, one, at) for of, one in zip(arguments, raw, strict=True))
    return tuple(_value(arguments[0], one, f"{at}[{number}]") for number, one in enumerate(raw))


def _number(unit: Unit, raw: object, at: str) -> int:
    if not isinstance(raw, str):
        raise DomainError("field_malformed", field=at, expected='decimal text such as "12.50"')
    if unit.name == "rate":
        return _rate(raw, at)
    value = fen(raw, at, LARGEST_BOOKED) if unit.name == "money" else micro(raw, at)
    if value < 0 and unit.name != "signed_qty":
        raise DomainError("figure_below_zero", field=at, text=raw)
    return value


def _rate(raw: object, at: str) -> int:
    """A fraction between 0 and 1 in millionths."""
    if not isinstance(raw, str):
        raise DomainError("field_malformed", field=at, expected='decimal text such as "0.13"')
    rate = micro(raw, at)
    if not 0 <= rate <= MICRO:
        raise DomainError("rate_out_of_range", field=at, text=raw)
    return rate


def _day(raw: object, at: str) -> datetime.date:
    try:
        if not isinstance(raw, str) or not _DAY.fullmatch(raw):
            raise ValueError
        return datetime.date.fromisoformat(raw)
    except ValueError:
        raise DomainError("field_malformed", field=at, expected="YYYY-MM-DD") from None
