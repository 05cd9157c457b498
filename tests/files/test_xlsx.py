"""XLSX: what a cell becomes, where the table begins, what refuses a workbook or a row."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.interfaces.files import Claims, FileRefused, read_claims, xlsx_package
from tongchou.interfaces.files.source import Reading
from tongchou.interfaces.files.xlsx_cells import Unusual, read_block
from tongchou.interfaces.files.xlsx_unusual import Malformed, read_unusual
from tongchou.interfaces.files.xlsxfile import open_sheet
from tongchou.law.attributes import standard_attributes

from .conftest import GOOD, reasons

OF_WORKBOOKS = {"cell_error", "formula_no_result", "id_digits_lost", "id_as_date"}
HEAD = list(GOOD)
Row = Sequence[Any]


def row(**cells: Any) -> list[Any]:
    return list((GOOD | cells).values())


def save(path: Path, rows: Sequence[Row], sheet: str = "明细", **more: Any) -> Path:
    """Rows by openpyxl from A1 on."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for cells in rows:
        page.append(list(cells))
    for change in more.values():
        change(book, page)
    book.save(path)
    return path


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Claims]:
    def make(*rows: Row, head: Row = HEAD, sheet: str | None = None, **more: Any) -> Claims:
        path = save(tmp_path / "f.xlsx", [head, *rows] if head else rows, **more)
        return read_claims(path, standard_attributes(), reading=Reading(sheet))

    return make


Read = Callable[..., Claims]


def refused(code: str, path: Path, sheet: str | None = None) -> str:
    with pytest.raises(FileRefused) as caught:
        read_claims(path, standard_attributes(), reading=Reading(sheet))
    assert caught.value.code == code, caught.value.message
    assert str(path) in caught.value.message
    return caught.value.in_lang("en")


# -- cells ------------------------------------------------------------------------------------------------------
def test_each_cell_is_read_as_what_it_is(read: Read) -> None:
    claims = read(
        row(claim_id=1001, service_date=date(2023, 5, 4), level=3, billed=590),
        row(claim_id="1002", service_date="2023-05-04", level="3", billed="590.00"),
        row(claim_id=123456789012345, service_date=datetime(2023, 5, 4), level=3.0, billed=0.1),
        row(claim_id="530102199001011234", billed=1.1),
    )
    assert claims.claim_id.to_pylist() == ["1001", "1002", "123456789012345", "530102199001011234"]
    assert claims.money["billed"].tolist() == [59000, 59000, 10, 110]
    assert claims.line.tolist() == [2, 3, 4, 5]
    assert len(claims.rejected) == 0


def test_flags_months_and_times(read: Read) -> None:
    head = [*HEAD, "severe", "born", "settled_at"]

    def formats(_: Any, page: Any) -> None:
        page["J2"].number_format = 'yyyy"年"m"月"'
        page["K3"].number_format = "yyyy/m/d h:mm"

    claims = read(
        [*row(claim_id="a"), True, date(1980, 5, 1), datetime(2023, 5, 4, 10, 30, 15)],
        [*row(claim_id="b"), "false", "1980-05", datetime(2023, 5, 4, 11)],
        head=head,
        formats=formats,
    )
    assert len(claims.rejected) == 0
    assert claims.columns["severe"].tolist() == [1, 0]
    assert claims.columns["age"].tolist() == [43, 43]
    assert [o % 86400 for o in claims.order.tolist()] == [37815, 39600]


@pytest.mark.parametrize(
    ("column", "cell", "value", "reason"),
    [
        ("billed", 1.005, "1.005", "not_money"),
        ("billed", -5, "-5", "negative_amount"),
        ("billed", 1e17, "100000000000000000", "amount_too_large"),
        ("billed", "1,234.50", "1,234.50", "not_money"),
        ("billed", True, "true", "not_money"),
        ("billed", date(2023, 5, 4), "2023-05-04", "not_money"),
        ("billed", "#N/A", "#N/A", "cell_error"),
        ("billed", "=1+1", "", "formula_no_result"),
        ("claim_id", 530102199001011234, "530102199001011300", "id_digits_lost"),
        ("claim_id", 1e15, "1000000000000000", "id_digits_lost"),
        ("person_id", date(2023, 3, 1), "2023-03-01", "id_as_date"),
        ("service_date", 45050, "45050", "not_a_date"),
        ("service_date", datetime(2023, 5, 4, 10), "2023-05-04T10:00:00", "not_a_date"),
        ("service_date", time(10), "10:00:00", "not_a_date"),
        ("service_date", "2023/5/4", "2023/5/4", "not_a_date"),
        ("level", 1.5, "1.5", "not_an_integer"),
        ("category", None, "", "missing_value"),
    ],
)
def test_a_cell_that_cannot_be_taken_rejects_its_row(
    read: Read, column: str, cell: Any, value: str, reason: str
) -> None:
    claims = read(row(claim_id="a"), row(**{"claim_id": "b", column: cell}))
    assert reasons(claims) == [(1, column, value, reason)]
    assert claims.line[claims.rejected.row].tolist() == [3]
    for lang in ("zh", "en"):
        assert "{" not in claims.rejected.messages(lang)[0].as_py()


def test_faults_of_columns_that_are_not_used_reject_nothing(read: Read) -> None:
    claims = read([*row(), "#N/A", date(2023, 1, 1), 10**17], head=[*HEAD, "备注", "日期", "外部号"])
    assert len(claims.rejected) == 0
    assert claims.extra["备注"].to_pylist() == ["#N/A"]
    assert claims.extra["外部号"].to_pylist() == ["100000000000000000"]


def test_the_result_stored_with_a_formula_is_read(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEAD)
        page.write_row(1, 0, row())
        page.write_formula(1, HEAD.index("billed"), "=12.5*2", None, 25)
        page.write_formula(1, HEAD.index("claim_id"), '="c"&1', None, "c1")
        page.write_rich_string(1, HEAD.index("category"), book.add_format({"bold": True}), "out", "patient")
        page.write_row(2, 0, row(claim_id="c2"))
        page.write_formula(2, HEAD.index("billed"), "=0.1+0.2", None, 0.1 + 0.2)
    claims = read_claims(path, standard_attributes())
    assert (claims.money["billed"].tolist(), claims.claim_id.to_pylist()) == ([2500], ["c1"])
    assert reasons(claims) == [(1, "billed", "0.30000000000000004", "not_money")]


def test_days_of_the_1904_calendar(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": True, "default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEAD)
        page.write_row(1, 0, row(service_date=datetime(2023, 5, 4)))
    claims = read_claims(path, standard_attributes())
    assert [date.fromordinal(d) for d in claims.day.tolist()] == [date(2023, 5, 4)]


# -- the table in the sheet -------------------------------------------------------------------------------------
def test_titles_above_the_header_are_passed_over_and_told(read: Read) -> None:
    def merge(_: Any, page: Any) -> None:
        page.merge_cells("A1:H1")

    claims = read(["五月明细表"], ["制表单位：某医院", None, "2023-05-31"], [], HEAD, row(), head=[], merge=merge)
    assert (len(claims), claims.line.tolist()) == (1, [5])
    assert "表头以上的标题行未读：第 1, 2 行。" in [n.zh for n in claims.notes]


def test_merged_cells_of_a_header_in_two_rows(read: Read) -> None:
    def merge(_: Any, page: Any) -> None:
        for column in "ABCDEFG":
            page.merge_cells(f"{column}1:{column}2")
        page.merge_cells("H1:I1")

    claims = read(
        [*HEAD[:7], "费用"],
        [*[None] * 7, "billed", "first_share"],
        [*row(), 10],
        head=[],
        merge=merge,
    )
    assert claims.raw.column_names == [*HEAD, "first_share"]
    assert (claims.money["first_share"].tolist(), claims.line.tolist()) == ([1000], [3])


def test_a_header_that_is_not_clear_is_refused(tmp_path: Path) -> None:
    twice = save(tmp_path / "a.xlsx", [["表"], HEAD, row(), HEAD, row()])
    assert "several rows look like a header" in refused("xlsx_header_unclear", twice)
    none = save(tmp_path / "b.xlsx", [["说明"], ["编号", "姓名"], ["1", "张"]])
    assert "row 2: 编号 | 姓名" in refused("xlsx_header_unclear", none)
    foreign = save(tmp_path / "c.xlsx", [["编号", "姓名"], ["1", "张"]])
    assert "编号, 姓名" in refused("missing_column", foreign)
    refused("duplicate_column", save(tmp_path / "d.xlsx", [[*HEAD, "billed"], row()]))
    refused("file_empty", save(tmp_path / "e.xlsx", []))


def test_blank_rows_hidden_rows_and_columns_without_a_name(read: Read) -> None:
    def hide(_: Any, page: Any) -> None:
        page.row_dimensions[4].hidden = True
        page.column_dimensions["B"].hidden = True
        for k in range(5, 400):
            page.cell(k + 3, 1).number_format = "0.00"

    claims = read(row(claim_id="a"), [], [*row(claim_id="b"), None, "x"], [None, ""], hide=hide)
    assert claims.line.tolist() == [2, 4]
    assert claims.extra["column_J"].to_pylist() == ["", "x"]
    notes = " ".join(n.en for n in claims.notes)
    assert "1 hidden rows" in notes
    assert "Hidden columns were read like the others: person_id." in notes
    assert "column_J" in notes


def test_merged_rows_are_told(read: Read) -> None:
    def merge(_: Any, page: Any) -> None:
        page.merge_cells("B2:B3")

    claims = read(row(claim_id="a"), row(claim_id="b"), merge=merge)
    assert reasons(claims) == [(1, "person_id", "", "missing_value")]
    assert any("1 merged ranges among the rows (the first at row 2)" in n.en for n in claims.notes)


def test_the_one_sheet_with_data_or_the_one_named(tmp_path: Path, read: Read) -> None:
    def two(book: Any, _: Any) -> None:
        book.create_sheet("空")
        page = book.create_sheet("六月")
        page.append(HEAD)
        page.append(row(claim_id="june"))

    path = save(tmp_path / "two.xlsx", [HEAD, row()], "五月", two=two)
    said = refused("xlsx_several_sheets", path)
    assert "五月, 六月" in said
    assert "空" not in said
    assert "五月" in refused("xlsx_sheet_unknown", path, "五月份")
    named = read_claims(path, standard_attributes(), reading=Reading("六月"))
    assert named.claim_id.to_pylist() == ["june"]
    refused("file_empty", path, "空")

    def hidden(book: Any, page: Any) -> None:
        two(book, page)
        book["六月"].sheet_state = "hidden"

    claims = read(row(claim_id="may"), hidden=hidden)
    assert claims.claim_id.to_pylist() == ["may"]
    assert any("Hidden sheets were not read: 六月" in n.en for n in claims.notes)


# -- what is no workbook ----------------------------------------------------------------------------------------
def test_what_is_no_workbook_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    path.write_bytes(ole + "EncryptedPackage".encode("utf-16-le"))
    assert "password" in refused("xlsx_encrypted", path)
    for content, says in [
        (ole, ".xls"),
        (b"", "empty"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
        (b"claim_id,person_id\n", "does not begin"),
        (b"PK\x03\x04" + bytes(100), "archive"),
    ]:
        path.write_bytes(content)
        assert says in refused("not_a_workbook", path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")
    assert "no workbook" in refused("not_a_workbook", path)
    assert ".xls" in refused("file_format", tmp_path / "old.xls")
    save(tmp_path / "x.xlsx", [HEAD, row()]).rename(tmp_path / "f.csv")
    assert "holds an Excel workbook" in refused("file_format", tmp_path / "f.csv")
    refused("file_unreadable", tmp_path / "none.xlsx")


def changed(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """A workbook with one part written otherwise."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == part else data)
    path.write_bytes(out.getvalue())
    return path


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"</v>", b"</w>", 3),
        lambda data: data.replace(b"<sheetData>", b"<sheetData><row r='0'><c r='A0'><v>1</v></c></row>"),
        lambda data: data.replace(b'r="A2"', b'r="A1048577"'),
        lambda data: data.replace(b'r="A2"', b'r="2A"'),
        lambda data: data.replace(b'r="B2"', b'r="A2"'),
        lambda data: data.replace(b't="s"', b't="q"', 1),
        lambda data: data.replace(b"<v>1</v>", b"<v>99999</v>", 1),
        lambda data: data.replace(b"<v>1</v>", b"<v>-1</v>", 1),
        lambda data: data.replace(b"<worksheet", b"<!DOCTYPE x><worksheet", 1),
        lambda data: data.replace(b"<v>590</v>", b"<v>5_90</v>"),
        lambda data: data.replace(b"<v>590</v>", b"<v>inf</v>"),
        lambda data: data.replace(b"<v>590</v>", b"<v>\xff</v>"),
    ],
)
def test_damaged_sheets_are_refused(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "f.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEAD)
        page.write_row(1, 0, row(billed=590))
    assert read_claims(path, standard_attributes()).rows_read == 1
    before = path.read_bytes()
    changed(path, SHEET, change)
    assert path.read_bytes() != before
    assert "sheet1.xml" in refused("xlsx_broken", path)


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path / "f.xlsx", [HEAD, row()])
    changed(path, SHEET, lambda data: data.replace(b"<sheetData>", b"<sheetData>" + b" " * (80 << 20)))
    assert "400 : 1" in refused("xlsx_too_large", path)
    path = save(tmp_path / "g.xlsx", [HEAD, row()])
    monkeypatch.setattr(xlsx_package, "MAX_PART", 100)
    assert "0 MB" in refused("xlsx_too_large", path)


@given(st.binary(max_size=300), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes, zipped: bool) -> None:
    path = tmp_path / "f.xlsx"
    path.write_bytes(b"PK\x03\x04" * zipped + content)
    with pytest.raises(FileRefused):
        read_claims(path, standard_attributes())


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=120)
def test_workbooks_with_bytes_changed_are_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    """In the archive (its sums fail) and in the XML inside it."""
    path = save(tmp_path / "f.xlsx", [["title"], HEAD, row(billed=1.5), row(service_date=date(2023, 1, 1))])
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    part = data.draw(st.sampled_from([None, *names, SHEET, SHEET, SHEET]))

    def spoil(content: bytes) -> bytes:
        at = data.draw(st.integers(0, 10**5)) % len(content)
        drop = data.draw(st.integers(0, 8))
        put = data.draw(st.one_of(st.binary(max_size=6), st.sampled_from([b"<", b">", b'"', b"&", b"</v>", b"<c>"])))
        return content[:at] + put + content[at + drop :]

    if part is None:
        path.write_bytes(spoil(path.read_bytes()))
    else:
        changed(path, part, spoil)
    with suppress(FileRefused):
        read_claims(path, standard_attributes())


# -- two readers of one form ------------------------------------------------------------------------------------
def block(cells: list[tuple[int, int, str, str]]) -> bytes:
    """Rows as Excel writes them."""
    out: dict[int, str] = {}
    for line, column, kind, value in cells:
        name = f"{chr(65 + column)}{line}"
        inner = {
            "n": f'<c r="{name}"><v>{value}</v></c>',
            "s": f'<c r="{name}" s="3" t="s"><v>{value}</v></c>',
            "empty": f'<c r="{name}" s="2"/>',
            "str": f'<c r="{name}" t="str"><f>A1&amp;"x"</f><v>a&lt;{value}</v></c>',
            "inline": f'<c r="{name}" t="inlineStr"><is><t xml:space="preserve"> 医{value}</t></is></c>',
            "bare": f'<c r="{name}"><f>A1</f><v></v></c>',
            "none": f'<c r="{name}"><v/></c>',
            "shared": f'<c r="{name}" t="b"><f t="shared" si="0"/><v>1</v></c>',
        }[kind]
        out[line] = out.get(line, "") + inner
    return "".join(
        f'<row r="{k}" spans="1:3" x14ac:dyDescent="0.25">{v}</row>' for k, v in sorted(out.items())
    ).encode()


KINDS = st.sampled_from(["n", "s", "empty", "str", "inline", "bare", "none", "shared"])


@given(
    st.dictionaries(st.tuples(st.integers(1, 6), st.integers(0, 5)), st.tuples(KINDS, st.integers(0, 999)), min_size=1),
    st.booleans(),
)
@settings(deadline=None)
def test_the_quick_reader_gives_what_the_parser_gives(cells: dict[Any, Any], comment: bool) -> None:
    text = block([(r, c, kind, str(value)) for (r, c), (kind, value) in sorted(cells.items())])
    quick, slow = read_block(text), read_unusual(text, 0)
    for one in ("row", "column", "kind", "style"):
        assert getattr(quick, one).tolist() == getattr(slow, one).tolist()
    assert quick.value.to_pylist() == slow.value.to_pylist()
    if comment:
        other = text.replace(b"<row", b"<!-- note --><row", 1)
        with pytest.raises(Unusual):
            read_block(other)
        assert read_unusual(other, 0).value.equals(slow.value)


@given(st.text(st.sampled_from('<>/crvft"= 1A&;is!-'), max_size=40), st.integers(0, 200), st.integers(0, 30))
@settings(max_examples=400, deadline=None)
def test_the_quick_reader_takes_nothing_the_parser_refuses(put: str, at: int, drop: int) -> None:
    text = block([(1, 0, "n", "5"), (1, 1, "str", "x"), (2, 0, "inline", "y"), (2, 2, "s", "7")])
    text = text[:at] + put.encode() + text[at + drop :]
    try:
        quick = read_block(text)
    except Unusual:
        return
    try:
        slow = read_unusual(text, 0)
    except Malformed:
        return
    assert quick.row.tolist() == slow.row.tolist()
    assert quick.value.to_pylist() == slow.value.to_pylist()


def test_other_programs_xml(tmp_path: Path) -> None:
    """Prefixed names, cells without references, single quotes, CDATA, phonetic notes."""
    path = save(tmp_path / "f.xlsx", [HEAD, row(billed=1.5)])
    head = "".join(f"<x:c t='inlineStr'><x:is><x:t>{name}</x:t></x:is></x:c>" for name in HEAD)
    cells = "".join(f"<x:c t='inlineStr'><x:is><x:t><![CDATA[{v}]]></x:t></x:is></x:c>" for v in GOOD.values())
    body = f"<x:row>{head}</x:row><x:row r='7'>{cells}</x:row>"
    xml = (
        '<?xml version="1.0"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<x:sheetData>{body}</x:sheetData></x:worksheet>"
    )
    changed(path, SHEET, lambda _: xml.encode())
    claims = read_claims(path, standard_attributes())
    assert (claims.line.tolist(), claims.money["billed"].tolist()) == ([7], [59000])


def test_blocks_of_rows_make_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path / "f.xlsx", [HEAD, *(row(claim_id=f"c{k}", billed=k / 4) for k in range(500))])
    monkeypatch.setattr("tongchou.interfaces.files.xlsxfile.CHUNK", 5000)
    sheet = open_sheet(path, wanted=HEAD)
    with sheet.package:
        blocks = list(sheet.blocks())
    assert len(blocks) > 5
    assert [c for b in blocks for c in b.columns["claim_id"].to_pylist()] == [f"c{k}" for k in range(500)]
    assert [n for b in blocks for n in b.line.tolist()] == list(range(2, 502))
