"""The tax office's roster of wages (K10), read by the column: each row good, or rejected with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tongchou.law.days import month_number
from tongchou.money import MoneyError, parse_fen

from ...frame.refusal import OfficeRefused
from ...frame.secrecy import mask, mask_name
from ..number_columns import resident_numbers
from ..numbers import digest, employer_code, normal, upright

NEEDED = ("number", "name", "employer", "month", "wage")
"""Columns of text: number of the person, name, unified code of the unit, YYYY-MM, yuan."""
DECLARED = "declared"
"""A column that may be there: the contribution base the unit declared, in yuan; empty where it is not known."""

ROW_REASONS = {
    "month_invalid": ("月份应为 YYYY-MM", "a month is YYYY-MM"),
    "wage_invalid": ("工资应为至多两位小数的元", "a wage is yuan with at most two decimals"),
    "declared_invalid": ("申报基数应为至多两位小数的元", "a declared base is yuan with at most two decimals"),
    "row_twice": ("同一人同一单位同一月份重复", "the same person, unit and month stand twice"),
    "name_differs": ("姓名与登记不一致", "the name is not the registered one"),
    "employer_elsewhere": ("单位不在所查地区", "the unit is not in the area asked about"),
    "wage_not_reckoned": ("法规未载该月缴费规则", "the law has no contribution rule for that month"),
}
"""Reasons of rejected rows beside those of ``numbers``."""


@dataclass(frozen=True)
class Rejected:
    """A row that could not be compared: its place from 1, its number masked, the reason in two languages."""

    row: int
    number: str
    column: str
    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Roster:
    """Rows that are good in themselves, as columns of one length.

    ``row``: place from 1; ``digest``: 32 bytes a row; ``month``: since year 0; ``wage``, ``declared``: fen, declared −1
    where it is not told. ``masked`` and ``shown``: number and name as a list may show them.
    """

    row: NDArray[np.int64]
    digest: list[bytes]
    masked: list[str]
    name: list[str]
    shown: list[str]
    employer: list[str]
    month: NDArray[np.int64]
    wage: NDArray[np.int64]
    declared: NDArray[np.int64]
    present: list[tuple[bytes, str, int]]
    """(digest, unit, month) of every row that says so much, whatever else is wrong with it."""
    rejected: list[Rejected]
    rows: int


def read_roster(columns: Mapping[str, Sequence[str]]) -> Roster:
    """A roster from columns of text. Raises OfficeRefused: ``columns_missing``, ``columns_unequal``."""
    missing = [c for c in NEEDED if c not in columns]
    if missing:
        raise OfficeRefused(
            "columns_missing", f"名册缺少列：{'、'.join(missing)}", f"the roster lacks the columns {', '.join(missing)}"
        )
    n = len(columns["number"])
    given = {c: columns[c] for c in NEEDED} | {DECLARED: columns.get(DECLARED) or [""] * n}
    uneven = [c for c, values in given.items() if len(values) != n]
    if uneven:
        raise OfficeRefused(
            "columns_unequal",
            f"列的行数不等：number {n}、{uneven[0]} {len(given[uneven[0]])}",
            f"columns differ in length: number {n}, {uneven[0]} {len(given[uneven[0]])}",
        )
    return _Reading(given, n).roster()


class _Reading:
    """Reads each distinct text of a column once; the first fault of a row rejects it."""

    def __init__(self, given: Mapping[str, Sequence[str]], n: int) -> None:
        self.given, self.n = given, n
        self.faults: dict[int, Rejected] = {}
        self.masked = _each(given["number"], lambda text: mask(upright(text)))

    def column(self, name: str, read: Callable[[str], Any]) -> list[Any]:
        """A column read; a text that is refused rejects its rows, in which it is None."""
        known: dict[str, Any] = {}
        for text in set(self.given[name]):
            try:
                known[text] = read(text)
            except OfficeRefused as e:
                known[text] = e
        found = [known[text] for text in self.given[name]]
        for i, value in enumerate(found):
            if isinstance(value, OfficeRefused):
                self.fault(i, name, value.code, value.zh, value.en)
                found[i] = None
        return found

    def digests(self) -> list[Any]:
        """The digest of each row's number: resident numbers by the column, whatever is left one by one."""
        found = resident_numbers(self.given["number"])
        plain = {
            text: digest("resident_id", number)
            for text, number, good in zip(self.given["number"], found.normal, found.good.tolist(), strict=True)
            if good
        }
        return self.column("number", lambda text: plain.get(text) or number_digest(text))

    def fault(self, i: int, column: str, code: str, zh: str, en: str) -> None:
        self.faults.setdefault(i, Rejected(i + 1, self.masked[i], column, code, zh, en))

    def roster(self) -> Roster:
        digests = self.digests()
        units = self.column("employer", employer_code)
        months = self.column("month", _month)
        wages = self.column("wage", _fen("wage_invalid"))
        declared = self.column(DECLARED, lambda text: -1 if not text.strip() else _fen("declared_invalid")(text))
        seen: set[tuple[bytes, str, int]] = set()
        for i, key in enumerate(zip(digests, units, months, strict=True)):
            if None in key:
                continue
            if key in seen:
                self.fault(i, "number", "row_twice", *ROW_REASONS["row_twice"])
            seen.add(key)
        good = [i for i in range(self.n) if i not in self.faults]
        names = _each(self.given["name"], str.strip)

        def taken(column: list[Any]) -> NDArray[np.int64]:
            return np.array([column[i] for i in good], np.int64)

        return Roster(
            np.array(good, np.int64) + 1,
            [digests[i] for i in good],
            [self.masked[i] for i in good],
            [names[i] for i in good],
            [mask_name(names[i]) for i in good],
            [units[i] for i in good],
            taken(months),
            taken(wages),
            taken(declared),
            list(seen),
            [self.faults[i] for i in sorted(self.faults)],
            self.n,
        )


def number_digest(text: str) -> bytes:
    """The digest a number is found by; its kind follows from its form. Raises OfficeRefused as ``numbers.normal``."""
    number = upright(text)
    kind = "passport"
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}", number):
        kind = "foreign_id"
    elif len(number) in (15, 18):
        kind = "foreign_id" if number.startswith("9") else "resident_id"
    return digest(kind, normal(kind, number))


def refusal(code: str) -> OfficeRefused:
    """A reason of a row as it is raised while reading."""
    return OfficeRefused(code, *ROW_REASONS[code])


def _month(text: str) -> int:
    try:
        return month_number(text.strip())
    except ValueError:
        raise refusal("month_invalid") from None


def _fen(code: str) -> Callable[[str], int]:
    def read(text: str) -> int:
        try:
            return parse_fen(text.strip())
        except MoneyError:
            raise refusal(code) from None

    return read


def _each(column: Sequence[str], change: Callable[[str], str]) -> list[str]:
    known = {text: change(text) for text in set(column)}
    return [known[text] for text in column]
