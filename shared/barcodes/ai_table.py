"""The table of GS1 Application Identifiers: what each is, how long, and which others must stand beside it.

Facts are those of the GS1 Barcode Syntax Dictionary (release of 2026-01-27), written here as data in our own
notation, one line an AI or a range of AIs:

    AI  flags  shape  clauses  # meaning

flags: F = fixed length, needs no separator; A = may stand in the query of a Digital Link; - = neither.
shape: n digits, x any of the 82 GS1 characters, y upper-case subset, z base64url; "n6" exactly six, "x..20" 1
to 20, a trailing ? marks an optional component, "/check" names a test of its content (`ai_content`).
clauses: needs:01,02 = at least one of these must be present (a+b: both; repeated clauses all apply);
apart:310n = none of these may be present (n stands for any digit); link = primary key of a Digital Link, with
the qualifiers that may follow it in this order, alternatives after "|".
"""

from __future__ import annotations

from functools import cache

from msgspec import Struct

_TABLE = """
00 FA n18/mod10/company1 link                                     # logistic unit (SSCC)
01 FA n14/mod10/company1 apart:255,37 link:22,10,21|235           # trade item (GTIN)
02 FA n14/mod10/company1 apart:01,03 needs:37                     # trade item contained in the logistic unit
03 F n14/mod10/company1 apart:01,02,37                            # made-to-order trade item
10 A x..20 needs:01,02,03,8006,8026                               # lot
11 FA n6/day0 needs:01,02,03,8006,8026                            # produced on
12 FA n6/day0 needs:8020                                          # payment due on
13 FA n6/day0 needs:01,02,03,8006,8026                            # packed on
15 FA n6/day0 needs:01,02,03,8006,8026                            # best before
16 FA n6/day0 needs:01,02,03,8006,8026                            # sell by
17 FA n6/day0 needs:01,02,03,255,8006,8026                        # use by
20 FA n2 needs:01,02,8006,8026                                    # internal variant
21 - x..20 needs:01,03,8006 apart:235                             # serial number
22 - x..20 needs:01                                               # consumer product variant
235 - x..28 needs:01                                              # third-party serial extension
240 A x..30 needs:01,02,8006,8026                                 # additional item number
241 A x..30 needs:01,02,8006,8026                                 # customer's part number
242 A n..6 needs:01,02,8006,8026                                  # made-to-order variation
243 A x..20 needs:01                                              # packaging component
250 A x..30 needs:01,8006 needs:21                                # secondary serial number
251 A x..30 needs:01,8006                                         # reference to the source
253 A n13/mod10/company x..17? link                               # document
254 - x..20 needs:414                                             # part of a location
255 A n13/mod10/company n..12? apart:01,02,415,8006,8020,8026 link # coupon
30 A n..8 needs:01,02                                             # count of items (variable measure)
37 A n..8 needs:00 needs:02,8026                                  # count of items in the logistic unit
3900-3909 A n..15 needs:255,8020 apart:390n,391n,394n,8111        # amount payable
3910-3919 A n3/currency n..15 needs:8020 apart:391n               # amount payable with currency
3920-3929 A n..15 needs:01 needs:30,31nn,32nn,35nn,36nn apart:392n,393n # price of the measured item
3930-3939 A n3/currency n..15 needs:30,31nn,32nn,35nn,36nn apart:393n # the same, with currency
3940-3943 A n4 needs:255 apart:394n,8111                          # discount percentage of a coupon
3950-3955 A n6 needs:30,31nn,32nn,35nn,36nn apart:392n,393n,395n,8005 # price per unit of measure
400 A x..30                                                       # customer's purchase order
401 A x..30/company link                                          # consignment
402 A n17/mod10/company link                                      # shipment
403 A x..30 needs:00                                              # routing code
410 FA n13/mod10/company                                          # ship to
411 FA n13/mod10/company                                          # bill to
412 FA n13/mod10/company                                          # purchased from
413 FA n13/mod10/company                                          # ship for
414 FA n13/mod10/company link:254|7040                            # physical location
415 FA n13/mod10/company needs:8020 link:8020                     # invoicing party
416 FA n13/mod10/company                                          # place of production or service
417 FA n13/mod10/company link:7040                                # party
420 A x..20 apart:421                                             # ship to postcode
421 A n3/country x..9 apart:4307                                  # ship to postcode with country
422 A n3/country needs:01,02,8006,8026 apart:426                  # country of origin
423 A n3/country n3?/country n3?/country n3?/country n3?/country needs:01,02 apart:426 # initial processing
424 A n3/country needs:01,02 apart:426                            # country of processing
425 A n3/country n3?/country n3?/country n3?/country n3?/country needs:01,02 apart:426 # disassembly
426 A n3/country needs:01,02                                      # country of the whole process
427 A x..3 needs:01,02 needs:422                                  # subdivision of origin
4300-4301 A x..35/percent needs:00                                # ship to company, contact
4302 A x..70/percent needs:00                                     # ship to address
4303 A x..70/percent needs:4302                                   # ship to address, second line
4304-4306 A x..70/percent needs:00                                # ship to suburb, locality, region
4307 A x2/country_letters needs:00                                # ship to country
4308 A x..30 needs:00                                             # ship to telephone
4309 A n10/latitude n10/longitude needs:00                        # ship to position
4310-4311 A x..35/percent needs:00                                # return to company, contact
4312 A x..70/percent needs:00                                     # return to address
4313 A x..70/percent needs:4312                                   # return to address, second line
4314-4316 A x..70/percent needs:00                                # return to suburb, locality, region
4317 A x2/country_letters needs:00                                # return to country
4318 A x..20 needs:00                                             # return to postcode
4319 A x..30 needs:00                                             # return to telephone
4320 A x..35/percent needs:00                                     # service description
4321-4323 A n1/yes_no needs:00                                    # dangerous, leave unattended, signature
4324-4325 A n6/day0 n4/hour_minute needs:00                       # deliver not before, not after
4326 A n6/day needs:00                                            # release on
4330 A n6 x1?/minus needs:00 apart:4331                           # maximum temperature, Fahrenheit
4331 A n6 x1?/minus needs:00 apart:4330                           # maximum temperature, Celsius
4332 A n6 x1?/minus needs:00 apart:4333                           # minimum temperature, Fahrenheit
4333 A n6 x1?/minus needs:00 apart:4332                           # minimum temperature, Celsius
7001 A n13 needs:01,02,8006,8026                                  # NATO stock number
7002 A x..30 needs:01,02                                          # meat cut
7003 A n6/day n4/hour_minute needs:01,02                          # use by, to the minute
7004 A n..4 needs:01 needs:10                                     # active potency
7005 A x..12 needs:01,02                                          # catch area
7006 A n6/day needs:01,02                                         # first frozen on
7007 A n6/day n6?/day needs:01,02                                 # harvested on or between
7008 A x..3 needs:01,02                                           # fishery species
7009 A x..10 needs:01,02                                          # fishing gear
7010 A x..2 needs:01,02                                           # production method
7011 A n6/day n4?/hour_minute needs:01,02                         # test by
7020 A x..20 needs:01,8006 needs:416                              # refurbishment lot
7021 A x..20 needs:01,8006                                        # functional status
7022 A x..20 needs:7021                                           # revision status
7023 A x..30/company                                              # asset of an assembly
7030-7039 A n3/country_or_999 x..27 needs:01,02                   # processor with country
7040 - n1 x1 x1 x1/importer                                       # EU economic operator extension
7041 - x..4/package needs:00                                      # unit type of freight
710-717 A x..20 needs:01                                          # national healthcare number
7230-7239 A x2 x..28 needs:01,8004                                # certification
7240 A x..20 needs:01,8006                                        # protocol
7241 A n2/media needs:8017,8018                                   # AIDC media type
7242 A x..25 needs:8017,8018                                      # version control number
7250 A n8/whole_date needs:8018 apart:7251                        # date of birth
7251 A n8/whole_date n4/hour_minute needs:8018 apart:7250         # date and time of birth
7252 A n1/sex needs:8018                                          # biological sex
7253-7254 A x..40/percent needs:8017,8018 apart:7256,7259         # family name, given name
7255 A x..10 needs:8017,8018 apart:7256,7259                      # suffix of a name
7256 A x..90/percent needs:8017,8018                              # full name
7257 A x..70/percent needs:8018                                   # address of a person
7258 A x3/place_in_sequence needs:8018+7259                       # order of birth
7259 A x..40/percent needs:8018 apart:7256                        # family name of a baby
8001 A n4/not_zero n5/not_zero n3/not_zero n1/winding n1 needs:01 # roll product
8002 A x..20                                                      # mobile telephone
8003 A n1/zero n13/mod10/company x..16? link                      # returnable asset
8004 A x..30/company link:7040                                    # individual asset
8005 A n6 needs:01,02                                             # price per unit of measure
8006 A n14/mod10/company1 n4/piece_of_total apart:01,37 link:22,10,21 # piece of a trade item
8007 A x..34/iban needs:415                                       # bank account
8008 A n6/day n2/hour n2?/minute n2?/minute needs:01,02           # produced at
8009 A x..50 needs:00,01                                          # optical sensor
8010 A y..30/company link:8011                                    # component or part
8011 - n..12/no_leading_zero needs:8010                           # serial number of a component
8012 A x..20 needs:01,8006                                        # software version
8013 A x..25/check_pair/company link                              # product model
8014 - x..25/check_pair/company/not_all_digits needs:01           # medical device
8017 A n18/mod10/company apart:8018 link:8019                     # service provider
8018 A n18/mod10/company apart:8017 link:8019                     # service recipient
8019 - n..10 needs:8017,8018                                      # instance of a service
8020 - x..25 needs:415                                            # payment slip
8026 A n14/mod10/company1 n4/piece_of_total needs:37 apart:02,8006 # pieces contained in the logistic unit
8030 A z..90 needs:00,01+21,253,255,8003,8004,8006+21,8010+8011,8017,8018 # digital signature
8040 A n15 needs:01                                               # mobile equipment identity
8041 A n15 needs:01                                               # second mobile equipment identity
8042 A n32 needs:01                                               # embedded SIM
8043 A n18 n..2? needs:01                                         # SIM card
8110 A x..70/coupon                                               # North American coupon
8111 A n4 needs:255                                               # loyalty points of a coupon
8112 A x..70/offer_on_file                                        # North American positive-offer coupon
8200 - x..70 needs:01                                             # product page
90 A x..30                                                        # agreed between partners
91-99 A x..90                                                     # company internal
"""

# All measures share one shape, six digits with the decimal point told by the AI's last digit (3103 = three
# decimals), and differ only in what they may be measured on: a trade item, a logistic unit, or either.
_TRADE_MEASURES = """310 311 312 313 314 315 316 320 321 322 323 324 325 326 327 328 329
                     350 351 352 356 357 360 361 364 365 366"""
_LOGISTIC_MEASURES = """330 331 332 333 334 335 336 340 341 342 343 344 345 346 347 348 349
                        353 354 355 362 363 367 368 369"""


class Component(Struct, frozen=True):
    """One part of an AI's value: its characters, its length and the tests its content must pass."""

    characters: str
    least: int
    most: int
    optional: bool
    tests: tuple[str, ...]


class Identifier(Struct, frozen=True):
    """One Application Identifier with everything the dictionary says about it."""

    ai: str
    fixed: bool
    link_attribute: bool
    components: tuple[Component, ...]
    needs: tuple[tuple[tuple[str, ...], ...], ...]
    apart: tuple[str, ...]
    link_key: bool
    qualifiers: tuple[tuple[str, ...], ...]
    meaning: str

    @property
    def least(self) -> int:
        """Shortest possible value."""
        return sum(part.least for part in self.components if not part.optional)

    @property
    def most(self) -> int:
        """Longest possible value."""
        return sum(part.most for part in self.components)

    @property
    def free_text(self) -> bool:
        """True for values such as lots and serial numbers that run on until a separator."""
        only = self.components[0]
        return len(self.components) == 1 and only.characters == "x" and only.least < only.most


def _component(spec: str) -> Component:
    shape, *tests = spec.split("/")
    optional = shape.endswith("?")
    shape = shape.rstrip("?")
    least, dots, most = shape[1:].partition("..")
    return Component(
        characters=shape[0],
        least=1 if dots else int(least),
        most=int(most or least),
        optional=optional,
        tests=tuple(tests),
    )


def _identifiers(line: str) -> list[Identifier]:
    facts, _, meaning = line.partition("#")
    ais, flags, *words = facts.split()
    shapes = [word for word in words if word[0] in "nxyz" and not word.startswith("needs:")]
    clauses = [word for word in words if word not in shapes]
    link = next((word for word in clauses if word.startswith("link")), None)
    first, _, last = ais.partition("-")
    return [
        Identifier(
            ai=str(number).zfill(len(first)),
            fixed="F" in flags,
            link_attribute="A" in flags,
            components=tuple(map(_component, shapes)),
            needs=tuple(_any_of(word) for word in clauses if word.startswith("needs:")),
            apart=tuple(_listed(clauses, "apart:")),
            link_key=link is not None,
            qualifiers=tuple(tuple(way.split(",")) for way in link[5:].split("|"))
            if link and link[5:]
            else (),
            meaning=meaning.strip(),
        )
        for number in range(int(first), int(last or first) + 1)
    ]


def _any_of(clause: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(group.split("+")) for group in clause.removeprefix("needs:").split(","))


def _listed(clauses: list[str], name: str) -> list[str]:
    return [ai for word in clauses if word.startswith(name) for ai in word.removeprefix(name).split(",")]


def _measure_lines() -> list[str]:
    lines = [f"{m}0-{m}5 FA n6 needs:01,02 apart:{m}n # measure" for m in _TRADE_MEASURES.split()]
    lines += [
        f"{m}0-{m}5 FA n6 needs:00,01 apart:{m}n # logistic measure" for m in _LOGISTIC_MEASURES.split()
    ]
    return [*lines, "3370-3375 FA n6 needs:01 apart:337n # kilograms per square metre"]


@cache
def identifiers() -> dict[str, Identifier]:
    """Every AI by its digits; built once, on first use, so that programs which read no GS1 code never pay."""
    lines = [line for line in _TABLE.splitlines() if line] + _measure_lines()
    return {found.ai: found for line in lines for found in _identifiers(line)}


@cache
def _length_by_start() -> dict[str, int]:
    return {ai[:2]: len(ai) for ai in identifiers()}


def identifier(ai: str) -> Identifier | None:
    """The AI of exactly these digits."""
    return identifiers().get(ai)


def identifier_at(data: str, position: int) -> Identifier | None:
    """The AI that the data goes on with: its first two digits tell how long the AI is."""
    length = _length_by_start().get(data[position : position + 2])
    return identifiers().get(data[position : position + length]) if length else None


@cache
def qualifier_sequences(key: str) -> tuple[tuple[str, ...], ...]:
    """The qualifier sequences a link key may carry, sorted: for 01 (), (10), (10,21), (21) ... (235)."""
    found: set[tuple[str, ...]] = {()}
    for way in identifiers()[key].qualifiers:
        chosen: list[tuple[str, ...]] = [()]
        for qualifier in way:
            chosen += [(*before, qualifier) for before in chosen]
        found.update(chosen)
    return tuple(sorted(found))
