"""Claims written in words and yuan, settled in all three ways at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tongchou.law.tables import Attribute, Scheme
from tongchou.rules.settlement.coverage import disease_bits

from .compare import Seen, check_batch, check_counter, of_batch
from .strategies import BILL, Row, number_courses, reads_of

DEFAULTS: dict[str, Any] = {"day": "2023-05-04", "category": "inpatient", "level": 3, "status": "active"}
MONEY = ("in_scope", *BILL)


def fen(yuan: str | int) -> int:
    """Yuan as fen, exactly."""
    amount = Decimal(yuan) * 100
    assert amount == int(amount), f"{yuan} is no amount in fen"
    return int(amount)


def _code(a: Attribute, given: Any) -> int:
    if a.kind == "code":
        return a.values.index(given)
    if a.kind == "codes":
        return sum(1 << a.values.index(one) for one in given.split(";") if one)
    if a.kind == "flag":
        return int(given in (True, "true"))
    return fen(given) if a.kind == "money" else int(given)


def row_of(scheme: Scheme, claim: Mapping[str, Any], parts: Sequence[str] = ()) -> Row:
    """One claim in words as a row; what it does not say is the usual."""
    said = {**DEFAULTS, **claim}
    day = date.fromisoformat(said.pop("day")).toordinal()
    row: Row = {
        "day": day,
        "episode": None,
        "interim": 0,
        "reverses": None,
        **dict.fromkeys(MONEY, 0),
        **dict.fromkeys(parts, 0),
    }
    for a in scheme.attributes:
        if a.kind == "state":
            continue
        row[a.name] = a.default if a.default is not None else (a.low or 0)
        if a.name == "disease":
            row[a.name] = disease_bits(scheme, said.pop("disease", ""), day)
        elif a.name in said:
            row[a.name] = _code(a, said.pop(a.name))
    row["interim"] = int(row["interim"])
    for name in [n for n in said if n in MONEY or n.startswith("part_")]:
        row[name] = fen(said.pop(name))
    if "episode" in said:
        row["episode"] = int(said.pop("episode"))
    assert not said, f"a claim has no {', '.join(said)}"
    return row


def rows_of(scheme: Scheme, claims: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Claims of one person in words as rows."""
    known = [f"part_{p}" for p in reads_of(scheme)[1]]
    parts = list(dict.fromkeys([*known, *(k for c in claims for k in c if k.startswith("part_"))]))
    return number_courses([row_of(scheme, c, parts) for c in claims])


def settled(scheme: Scheme, *claims: Mapping[str, Any]) -> list[Seen]:
    """The claims of one person by reference, counter and batch, which must agree; as the batch says it."""
    rows = rows_of(scheme, claims)
    check_counter(scheme, rows)
    got = check_batch(scheme, [rows])
    return [of_batch(got, i) for i in range(len(rows))]


def person_part(seen: Seen) -> int:
    """What stays with the person, bill parts of the settlement included."""
    return sum(v for k, v in seen.items() if k.startswith("person_"))


def look(seen: Seen, column: str) -> Any:
    """A column of a settlement as a vector writes it: money in yuan, a column not there is nothing."""
    if column == "reason":
        return seen["reason"]
    if column == "warnings":
        return ";".join(sorted(seen["warnings"]))
    amount = person_part(seen) if column == "personal" else seen.get(column, 0)
    return f"{Decimal(amount) / 100:.2f}"
