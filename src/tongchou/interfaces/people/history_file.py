"""A person's payments from a CSV file: one row a month, year or day, told apart by the column ``what``."""

from __future__ import annotations

from tongchou.rules.entitlement.history import IDENTITIES, KINDS
from tongchou.rules.reckoning import FactRefused

from .facts import calendar_day, calendar_month
from .history_text import SHARES, Given, years

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS = ("what", "month", "year", "kind", "unit", "paid_on", "own_paid_on", "unit_paid_on", "payment")
MORE = ("own_payment", "unit_payment", "identity", "day")
WHAT = ("month", "gap", "large_expense", "resident", "retired", "confirmed", "custodial", "died")


def read_file(given: Given, path: str) -> None:
    """Add the rows of a file. Raises FactRefused with the line, the column and what was found."""
    import csv
    import io

    rows = list(csv.reader(io.StringIO(_text(path))))
    if not rows or "what" not in rows[0]:
        raise FactRefused("history_unreadable", "history", path, "a header with the column 'what'", "含 what 列的表头")
    for name in rows[0]:
        if name not in (*COLUMNS, *MORE):
            from tongchou.law.findings import did_you_mean

            raise FactRefused("unknown_fact", "history", name, did_you_mean(name, (*COLUMNS, *MORE)))
    for number, cells in enumerate(rows[1:], 2):
        if not any(cells):
            continue
        if len(cells) != len(rows[0]):
            raise _at(number, "what", ",".join(cells), "wrong_field_count", f"{len(rows[0])} cells")
        row = dict(zip(rows[0], cells, strict=True))
        try:
            _read_row(given, row)
        except FactRefused as e:
            raise _at(number, e.field, e.found, e.code, e.expected, e.zh) from None


def _at(line: int, column: str, found: str, code: str, expected: str, zh: str = "") -> FactRefused:
    return FactRefused(code, "history", f"line {line}, {column}: {found}", expected, zh)


def _text(path: str) -> str:
    try:
        with open(path, "rb") as f:
            data = f.read()
    except OSError as e:
        raise FactRefused("history_unreadable", "history", path, f"a CSV file: {e.strerror}") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FactRefused("history_unreadable", "history", path, "a CSV file in UTF-8", "UTF-8 编码的 CSV 文件")


def _read_row(given: Given, row: Mapping[str, str]) -> None:
    what = _word(row, "what", WHAT)
    name = row.get("payment", "")
    if what in ("month", "gap"):
        kind = _word(row, "kind", KINDS) if row.get("kind") else KINDS[0]
        given.month(_month(row), kind, row.get("unit", ""), what == "gap", _day(row, "paid_on"), name)
    elif what == "large_expense":
        for share in SHARES:
            paid_on = _day(row, f"{share}_paid_on") or _day(row, "paid_on")
            given.large_year(_year(row), share, paid_on, row.get(f"{share}_payment", "") or name)
    elif what == "resident":
        named = tuple(w for w in row.get("identity", "").split(";") if w)
        for word in named:
            _word({"identity": word}, "identity", IDENTITIES)
        given.resident_year(_year(row), _day(row, "paid_on"), named, name)
    else:
        column = "day" if row.get("day") else "paid_on"
        if not row.get(column):
            raise FactRefused("missing_value", "day", "", "YYYY-MM-DD")
        given.right(what, _day(row, column))


def _word(row: Mapping[str, str], column: str, words: tuple[str, ...]) -> str:
    word = row.get(column, "")
    if word not in words:
        raise FactRefused("unknown_code", column, word, ", ".join(words))
    return word


def _month(row: Mapping[str, str]) -> int:
    try:
        return calendar_month(row.get("month", ""))
    except ValueError:
        raise FactRefused("not_a_month", "month", row.get("month", ""), "YYYY-MM") from None


def _year(row: Mapping[str, str]) -> int:
    found = years("year", row.get("year", ""))
    if len(found) != 1:
        raise FactRefused("not_a_year", "year", row.get("year", ""), "YYYY")
    return found[0]


def _day(row: Mapping[str, str], column: str) -> int:
    text = row.get(column, "")
    try:
        return calendar_day(text) if text else 0
    except ValueError:
        raise FactRefused("not_a_date", column, text, "YYYY-MM-DD") from None
