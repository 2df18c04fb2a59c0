"""Files for other programs, read back: Kingdee's DBF by a library that is not ours, Yonyou's text field by field."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from dbfread import DBF
from hypothesis import given
from hypothesis import strategies as st

from shared.accounting.export import kingdee
from shared.accounting.export.dbf import Field, dbf
from shared.accounting.export.outgoing import Names, Outgoing, added_up, lines_of
from shared.accounting.export.yonyou import yonyou
from shared.accounting.voucher import Entry
from shared.errors import DomainError

DAY = date(2026, 11, 22)
NAMES = Names(stores={"s1": "人民路店"}, suppliers={"V1": "光明乳业"}, customers={"C1": "食堂"})
ENTRIES = (
    Entry("1405", "s1", 10_000, "milk", "milk"),
    Entry("22210101", "s1", 900),
    Entry("220201", "s1", -10_900, "V1", "", "V1"),
)


def voucher(*, red: bool = False, entries: tuple[Entry, ...] = ENTRIES) -> Outgoing:
    lines = tuple(lines_of(entries, "采购发票", NAMES, red=red))
    return Outgoing(number=3, day=DAY, reference="kingdee-1 INV9", lines=lines)


def read_back(content: bytes, folder: Path) -> list[dict[str, object]]:
    """The records as `dbfread` understands them."""
    file = folder / "PZ.DBF"
    file.write_bytes(content)
    return [dict(record) for record in DBF(str(file), encoding="gbk", load=True)]


def test_kingdee_reads_each_line_as_a_row(tmp_path: Path) -> None:
    """Date, period, number, line from 0, account, side and amount; the partner and the store as auxiliary classes."""
    rows = read_back(dbf(kingdee.FIELDS, kingdee.rows([voucher()], "王会计"), DAY), tmp_path)
    assert [list(row) for row in rows] == [[field.name for field in kingdee.FIELDS]] * 3
    first, _, last = rows
    assert (first["FDATE"], first["FPERIOD"], first["FGROUP"], first["FNUM"]) == (DAY, 11, "记", 3)
    assert [row["FENTRYID"] for row in rows] == [0, 1, 2]
    assert (first["FACCTID"], first["FDC"], first["FDEBIT"], first["FCREDIT"]) == ("1405", "D", 100, 0)
    assert (first["FCLSNAME1"], first["FOBJID1"], first["FOBJNAME1"]) == ("部门", "s1", "人民路店")
    assert (last["FDC"], last["FCREDIT"], last["FFCYAMT"]) == ("C", 109, 109)
    assert (last["FCLSNAME1"], last["FOBJID1"], last["FOBJNAME1"]) == ("供应商", "V1", "光明乳业")
    assert (last["FCLSNAME2"], last["FOBJID2"]) == ("部门", "s1")
    assert (last["FCYID"], last["FEXCHRATE"], last["FPREPARE"], last["FPOSTED"]) == (
        "RMB",
        1,
        "王会计",
        False,
    )
    assert (last["FREFERENCE"], last["FSERIALNO"]) == ("kingdee-1 INV9", 1)
    assert sum(float(str(row["FDEBIT"])) for row in rows) == sum(float(str(row["FCREDIT"])) for row in rows)


TEMPLATE = (
    *("FDATE", "FTRANSDATE", "FPERIOD", "FGROUP", "FNUM", "FENTRYID", "FEXP", "FACCTID"),
    *("FCLSNAME1", "FOBJID1", "FOBJNAME1", "FCLSNAME2", "FOBJID2", "FOBJNAME2"),
    *("FCLSNAME3", "FOBJID3", "FOBJNAME3", "FCLSNAME4", "FOBJID4", "FOBJNAME4"),
    *("FTRANSID", "FCYID", "FEXCHRATE", "FDC", "FFCYAMT", "FQTY", "FPRICE", "FDEBIT", "FCREDIT"),
    *("FSETTLCODE", "FSETTLENO", "FPREPARE", "FPAY", "FCASH", "FPOSTER", "FCHECKER", "FATTCHMENT"),
    *("FPOSTED", "FMODULE", "FDELETED", "FSERIALNO", "FUNITNAME", "FREFERENCE", "FCASHFLOW", "FHANDLER"),
)
"""The columns as other programs' interfaces to KIS name them, written down here apart from ours."""


def test_the_file_has_the_45_columns_of_the_template(tmp_path: Path) -> None:
    """In their order, each once; account codes get the 254 letters that KIS gives them, the handler who prepared it."""
    content = dbf(kingdee.FIELDS, kingdee.rows([voucher()], "王会计"), DAY)
    file = tmp_path / "PZ.DBF"
    file.write_bytes(content)
    table = DBF(str(file), encoding="gbk", load=True)
    assert table.field_names == list(TEMPLATE)
    assert len(set(TEMPLATE)) == 45
    widths = {field.name: field.length for field in table.fields}
    assert (widths["FACCTID"], widths["FEXP"], widths["FCYID"], widths["FOBJNAME4"]) == (254, 60, 3, 40)
    assert {record["FHANDLER"] for record in table} == {"王会计"}
    # The header says itself where the records begin and how long each is; a reader that trusts it finds every byte.
    begin, length = int.from_bytes(content[8:10], "little"), int.from_bytes(content[10:12], "little")
    assert begin == 32 * (1 + 45) + 1
    assert length == 1 + sum(widths.values())
    assert len(content) == begin + 3 * length + 1


def test_a_red_voucher_keeps_its_sides_with_the_sign_turned(tmp_path: Path) -> None:
    """What was debited is debited again, below zero."""
    taken_back = tuple(Entry(one.account, one.store, -one.amount) for one in ENTRIES)
    rows = read_back(
        dbf(kingdee.FIELDS, kingdee.rows([voucher(red=True, entries=taken_back)], ""), DAY), tmp_path
    )
    assert [(row["FDC"], row["FDEBIT"], row["FCREDIT"]) for row in rows] == [
        ("D", -100, 0),
        ("D", -9, 0),
        ("C", 0, -109),
    ]


def test_vouchers_of_a_day_are_added_up_side_by_side() -> None:
    """Two sales and what came back of one: debits and credits of an account stay apart."""
    sale = (Entry("1001", "s1", 300), Entry("500101", "s1", -300))
    back = (Entry("1001", "s1", -100), Entry("500101", "s1", 100))
    assert [(one.account, one.amount) for one in added_up((*sale, *sale, *back))] == [
        ("1001", 600),
        ("1001", -100),
        ("500101", 100),
        ("500101", -600),
    ]


FIELDS = (Field("TEXT", "C", 9), Field("AMOUNT", "N", 8, 2), Field("DAY", "D", 8), Field("DONE", "L", 1))


@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "TEXT": st.text(st.characters(codec="gbk", exclude_categories=("C",)), max_size=4).map(
                    str.strip
                ),
                "AMOUNT": st.integers(-999_999, 9_999_999) | st.none(),
                "DAY": st.dates(date(1990, 1, 1), date(2090, 1, 1)) | st.none(),
                "DONE": st.booleans(),
            }
        ),
        max_size=5,
    )
)
def test_whatever_is_written_is_read_again(
    rows: list[dict[str, object]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Texts in GBK, amounts to the cent, days, truth, and nothing where nothing is."""
    content = dbf(FIELDS, rows, DAY)  # type: ignore[arg-type]
    told = read_back(content, tmp_path_factory.mktemp("dbf"))
    for wanted, found in zip(rows, told, strict=True):
        amount = wanted["AMOUNT"]
        assert found["TEXT"] == wanted["TEXT"]
        assert found["DAY"] == wanted["DAY"]
        assert found["DONE"] == wanted["DONE"]
        assert found["AMOUNT"] == (None if amount is None else pytest.approx(int(str(amount)) / 100))


def test_what_does_not_fit_is_cut_between_letters_or_refused(tmp_path: Path) -> None:
    """Of five letters of two bytes nine bytes hold four; an emoji becomes a question mark; a number is refused."""
    (row,) = read_back(dbf(FIELDS, [{"TEXT": "人民路一店"}], DAY), tmp_path)
    assert row["TEXT"] == "人民路一"
    (row,) = read_back(dbf(FIELDS, [{"TEXT": "茶\n🍵"}], DAY), tmp_path)
    assert row["TEXT"] == "茶 ?"
    with pytest.raises(DomainError, match="export_number_too_long"):
        dbf(FIELDS, [{"AMOUNT": 10_000_000}], DAY)


def test_yonyou_reads_a_line_field_by_field() -> None:
    """The head, then date, kind, number, papers, summary, account, amounts; a comma in a name splits nothing."""
    entries = (Entry("1122", "s1", 500, "a,b", "", "C1"), Entry("220201", "", -500, "", "", "V1"))
    lines = yonyou([voucher(entries=entries)], "王会计").decode("gbk").splitlines()
    assert lines[0] == "填制凭证,V800"
    first, second = (line.split(",") for line in lines[1:])
    assert first[:8] == ["2026-11-22", "记", "3", "0", "采购发票 a，b", "1122", "5.00", "0.00"]
    assert (first[11], first[14], first[15], first[17], first[18]) == ("王会计", "2026-11-22", "s1", "C1", "")
    assert (second[6], second[7], second[17], second[18]) == ("0.00", "5.00", "", "V1")
    assert {len(first), len(second)} == {19}
