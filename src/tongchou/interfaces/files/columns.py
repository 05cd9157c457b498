"""The standard columns of a claims file, as plain data: names, kinds, values, bounds, defaults.

Pure Python, so that the counter and ``quote`` can use the table without NumPy or pyarrow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnKind = Literal["text", "scheme", "code", "codes", "integer", "money", "flag", "date", "time", "month"]
"""``time`` is a date or a date with a time of day; ``month`` is YYYY-MM; ``codes`` are separated by ``;``."""

PART_PREFIX = "part_"
"""Columns ``part_<name>`` are money: parts of ``in_scope`` under rules of their own."""
MAX_YUAN = 10**12
MAX_CLAIM_FEN = MAX_YUAN * 100
"""The largest amount a claim may have, in fen."""
MAX_TEXT = 128
"""The longest id, in characters."""
MAX_INTEGER = 2**31 - 1
MAX_AGE = 150
SCHEMES = ("employee", "resident")
CATEGORIES = ("outpatient", "chronic", "special", "inpatient", "delivery")
IDENTITIES = ("registered_poor", "minimum_allowance", "destitute")


@dataclass(frozen=True)
class Column:
    """One standard column. ``default`` is a code's index, 0/1 or a number; None: nothing stands for it."""

    name: str
    kind: ColumnKind
    required: bool = False
    values: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    default: int | None = None


STANDARD: tuple[Column, ...] = (
    Column("claim_id", "text", required=True),
    Column("person_id", "text", required=True),
    Column("service_date", "date", required=True),
    Column("settled_at", "time"),
    Column("admission_date", "date"),
    Column("scheme", "scheme", required=True, values=SCHEMES),
    Column("status", "code", required=True, values=("active", "retired", "resident")),
    Column("category", "code", required=True, values=CATEGORIES),
    Column("level", "integer", required=True, low=0, high=3),
    Column("rank", "code", values=("township", "county", "prefecture", "province")),
    Column("billed", "money", required=True),
    Column("out_of_catalogue", "money", default=0),
    Column("over_limit", "money", default=0),
    Column("first_share", "money", default=0),
    Column("in_scope", "money"),
    Column("episode", "text"),
    Column("interim", "flag", default=0),
    Column("days", "integer", low=0, high=10**6),
    Column("place", "code", values=("local", "resident_filed", "transferred", "emergency", "unfiled"), default=0),
    Column("born", "month"),
    Column("age", "integer", low=0, high=MAX_AGE),
    Column("disease", "text"),
    Column("chronic_diseases", "integer", low=1, high=10**6, default=1),
    Column("severe", "flag", default=0),
    Column("identity", "codes", values=IDENTITIES, default=0),
    Column("designated", "flag", default=1),
    Column("referred", "flag", default=1),
    Column("delivery_kind", "code", values=("normal", "caesarean")),
    Column("reverses", "text"),
)
"""All standard columns but ``part_<name>``. A row's faults are looked for in this order."""

BY_NAME: dict[str, Column] = {c.name: c for c in STANDARD}
REQUIRED: tuple[str, ...] = tuple(c.name for c in STANDARD if c.required)
TEXT_COLUMNS: tuple[str, ...] = tuple(c.name for c in STANDARD if c.kind == "text")
MONEY_COLUMNS: tuple[str, ...] = tuple(c.name for c in STANDARD if c.kind == "money")


def is_part(name: str) -> bool:
    """Whether a column is ``part_<name>``."""
    return name.startswith(PART_PREFIX) and len(name) > len(PART_PREFIX)


def is_standard(name: str) -> bool:
    """Whether the contract knows the column."""
    return name in BY_NAME or is_part(name)
