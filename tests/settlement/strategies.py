"""Claims of a given scheme: what a person can bring, as rows and as arrays for the batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
import numpy as np
from hypothesis import strategies as st

from tongchou.law.resolve import all_values, edges
from tongchou.law.tables import (
    ROLLING,
    Attribute,
    Cap,
    Const,
    Deductible,
    Expr,
    MinOf,
    ReadAttr,
    Scheme,
    Source,
    Steps,
    SumOf,
    Tariff,
    Test,
)
from tongchou.rules.settlement.batch import Claims
from tongchou.rules.settlement.counter import window_of
from tongchou.rules.settlement.coverage import taken_categories

Row = dict[str, Any]
BILL = ("first_share", "over_limit", "out_of_catalogue")
LAST = date(2025, 12, 31).toordinal()
TURNS = tuple(
    date.fromisoformat(d).toordinal()
    for d in (
        "2022-12-31",
        "2023-01-01",
        "2023-01-31",
        "2023-02-01",
        "2023-03-31",
        "2023-04-01",
        "2023-06-30",
        "2023-07-01",
        "2023-12-31",
        "2024-01-01",
        "2024-02-29",
    )
)
"""Days around which months, quarters and benefit years turn."""
CLOSE = tuple(date.fromisoformat(d).toordinal() for d in ("2023-01-10", "2023-06-20"))
"""Days around which claims lie close together where law looks back over days."""
CARE = (0, 1, 2, 7, 29, 30, 31, 60, 89, 90, 91, 200, 365)
"""Lengths of a stay or of care, at and beside what law counts by."""


# What the scheme itself makes interesting


def structs(node: Any) -> Iterator[Any]:
    """Every table of the law under this one."""
    if isinstance(node, msgspec.Struct):
        yield node
        for name in node.__struct_fields__:
            yield from structs(getattr(node, name))
    elif isinstance(node, (tuple, dict)):
        for item in node.values() if isinstance(node, dict) else node:
            yield from structs(item)


def rolling_days(scheme: Scheme) -> list[int]:
    """Lengths of the periods that look back over days."""
    found = {s.per for s in structs(scheme) if isinstance(s, (Cap, Deductible)) and s.per.startswith(ROLLING)}
    return sorted(int(per.removeprefix(ROLLING)) for per in found)


def days_of(scheme: Scheme) -> list[int]:
    """Each boundary of the law with the day before and after, turns of periods, days as far apart as law looks back."""
    around = {d + k for d in edges(scheme) for k in (-1, 0, 1)} | set(TURNS) | {d + 3 for d in TURNS}
    low, high = max(scheme.start, date(2000, 1, 1).toordinal()), min(scheme.end or LAST, LAST)
    close = [d + k * n + off for d in CLOSE for n in rolling_days(scheme) for k in (0, 1, 2) for off in (-1, 0, 1)]
    return sorted(d for d in [*around, *close, *close] if low <= d < high) or [low]


def _numbers(expr: Expr) -> Iterator[int]:
    if isinstance(expr, Const):
        yield expr.value or 0
    elif isinstance(expr, Steps):
        yield abs(expr.per)
    elif isinstance(expr, (SumOf, MinOf)):
        for item in expr.items:
            yield from _numbers(item)


def amounts_of(scheme: Scheme) -> list[int]:
    """Every amount of the law, in fen."""
    values = [v for layer in scheme.layers for _, v in all_values(layer) if v.unit == "fen"]
    found = {n for value in values for version in value.versions for c in version.cells for n in _numbers(c.expr)}
    return sorted(found | {0})


def fen_amounts(scheme: Scheme) -> st.SearchStrategy[int]:
    """Amounts at and beside those of the law, ties of half a fen, small and large ones."""
    near = sorted({max(0, n * times + k) for n in amounts_of(scheme) for k in (-1, 0, 1) for times in (1, 2)})
    return st.one_of(
        st.sampled_from(near),
        st.integers(0, 400).map(lambda n: 10 * n + 10),
        st.integers(0, 300_000),
        st.integers(0, 30_000_000),
    )


def _attribute(scheme: Scheme, a: Attribute) -> st.SearchStrategy[int]:
    if a.kind == "code":
        low = -1 if a.name == "rank" else 0
        return st.integers(low, len(a.values) - 1)
    if a.kind == "codes":
        return st.integers(0, 2 ** len(a.values) - 1)
    if a.kind == "flag":
        usual = 1 if a.name in ("designated", "referred") else 0
        return st.sampled_from((usual,) * (8 if a.name == "designated" else 2) + (1 - usual,))
    if a.kind == "disease":
        names = dict.fromkeys(c.name for c in scheme.catalogues)
        return st.one_of(st.just(0), st.integers(0, 2 ** len(names) - 1).map(lambda bits: 2 * bits + 1))
    if a.kind == "money":  # often less than a bill
        return st.one_of(st.integers(0, 40_000), st.sampled_from(bin_edges(a)), fen_amounts(scheme))
    if a.kind == "date":
        return st.sampled_from(TURNS)
    if a.name in ("days", "bed_days"):
        return st.sampled_from(CARE)
    return st.integers(a.low or 0, min(a.high if a.high is not None else 8, 8 if a.name != "age" else 90))


def bin_edges(a: Attribute) -> list[int]:
    """The lowest and the highest of each bin (none: nothing at all)."""
    return sorted({max(0, edge + k) for edge in a.bins for k in (-1, 0)}) or [0]


def read_by(node: Any) -> Iterator[str]:
    """Attributes that one table of the law reads."""
    if isinstance(node, (Test, Steps)):
        yield node.attr
    elif isinstance(node, ReadAttr):
        yield node.name
    elif isinstance(node, Tariff):
        yield node.quantity
    elif isinstance(node, Source):
        yield node.balance
    elif isinstance(node, (Deductible, Cap)):
        yield from (node.key,) if node.key else ()
        yield from ("days",) if isinstance(node, Deductible) and node.repeat_days else ()


ALWAYS = frozenset({"level", "status", "designated", "disease"})
"""Attributes that settlement reads of itself (``severe`` only where the law asks)."""
_reads: dict[tuple[str, str, str], tuple[set[str], tuple[str, ...]]] = {}


def reads_of(scheme: Scheme) -> tuple[set[str], tuple[str, ...]]:
    """Attributes and parts of the bill that the scheme reads on any day."""
    key = scheme.area, scheme.name, scheme.version
    if key not in _reads:
        parts = {layer.intake.name for layer in scheme.layers if layer.intake.kind == "part"}
        _reads[key] = {*ALWAYS, *(n for s in structs(scheme) for n in read_by(s))}, tuple(sorted(parts))
    return _reads[key]


_taken: dict[tuple[str, str, str, int], list[int]] = {}


def taken_on(scheme: Scheme, day: int) -> list[int]:
    """Categories that some layer takes on the day."""
    window = window_of(scheme, day, day + 1)
    key = scheme.area, scheme.name, scheme.version, window[0]
    if key not in _taken:
        _taken[key] = sorted(taken_categories(scheme, *window))
    return _taken[key]


# Rows


def rows(scheme: Scheme, one_rows: bool = False) -> st.SearchStrategy[Row]:
    """One row; ``one_rows``: without stays of several rows and reversals."""
    reads, parts = reads_of(scheme)
    money = fen_amounts(scheme)
    fields: dict[str, st.SearchStrategy[Any]] = {
        a.name: _attribute(scheme, a) if a.name in reads else st.just(_usual(a))
        for a in scheme.attributes
        if a.kind != "state" and a.name not in ("category", "interim")
    }
    days = days_of(scheme)
    lot = st.integers(0, 5)
    fields |= {
        "day": st.sampled_from(days),
        "in_scope": money,
        "category": st.integers(0, 10**4),
        "shares": st.tuples(lot, lot, lot),
        "small": st.integers(0, 30_000),
        "cuts": st.tuples(*(st.integers(0, 8) for _ in parts)),
        "late": st.sampled_from((0, 0, 0, 0, 0, 1, 8, 40)),
    }
    if not one_rows:
        fields |= {
            "episode": st.sampled_from((None, None, None, 1, 2)),
            "undo": st.sampled_from((-1, -1, -1, 0, 1, 3)),
            "interim": st.sampled_from((0, 0, 0, 1)),
        }
    return st.fixed_dictionaries(fields).map(lambda row: _row(scheme, parts, row))


def _usual(a: Attribute) -> int:
    return a.default if a.default is not None else (a.low or 0)


def _row(scheme: Scheme, parts: tuple[str, ...], raw: Row) -> Row:
    """Make a row whole: a category that is taken on its day, parts that fit into the in-scope cost."""
    row = {k: v for k, v in raw.items() if k not in ("shares", "small", "cuts")}
    row["category"] = _category(scheme, row["day"], raw["category"])
    for name, share in zip(BILL, raw["shares"], strict=True):
        row[name] = raw["small"] if share == 5 else 0
    left = row["in_scope"]
    for name, eighth in zip(parts, raw["cuts"], strict=True):
        row[f"part_{name}"] = left * eighth // 8
        left -= row[f"part_{name}"]
    return {"episode": None, "interim": 0, "undo": -1, **row}


def _category(scheme: Scheme, day: int, number: int) -> int:
    """Mostly a category some layer takes that day; else one whose disease nobody checks."""
    found = taken_on(scheme, day)
    free = [i for i, c in enumerate(scheme.categories) if c not in ("chronic", "special")]
    known = found * 6 + free
    return known[number % len(known)]


def persons(
    scheme: Scheme, most: int = 3, claims: int = 15, one_rows: bool = False
) -> st.SearchStrategy[list[list[Row]]]:
    """Some persons, each with rows in the order of settlement."""
    person = st.lists(rows(scheme, one_rows), min_size=1, max_size=claims).map(lambda r: settle_rows(scheme, r))
    return st.lists(person, min_size=1, max_size=most)


def settle_rows(scheme: Scheme, given: Sequence[Row]) -> list[Row]:
    """Reversals pointed at an earlier row that stands, days in order but for late rows, stays and episodes numbered."""
    made: list[Row] = []
    undone: set[int] = set()
    for row in sorted(given, key=lambda r: r["day"] + r["late"]):
        row = {k: v for k, v in row.items() if k != "late"}
        at = len(made) - 1 - row.pop("undo", -1)
        row["reverses"] = None
        if at < len(made) and at >= 0 and at not in undone and made[at]["reverses"] is None:
            undone.add(at)
            row = {**made[at], "reverses": at}
        made.append(row)
    return number_courses(made)


def number_courses(given: list[Row]) -> list[Row]:
    """``stay`` and ``course`` of each row: a run of interim rows with the row that closes it is one stay."""
    open_now: dict[tuple[int, int | None], int] = {}
    for i, row in enumerate(given):
        if row["reverses"] is not None:
            continue
        run = row["category"], row["episode"]
        row["stay"] = open_now.pop(run, i)
        if row["interim"]:
            open_now[run] = row["stay"]
        row["course"] = row["stay"] if row["episode"] is None else ("episode", row["episode"])
    return given


# The two forms


def plain_claim(row: Mapping[str, Any]) -> Row:
    """The row as the reference reads it."""
    claim = {k: v for k, v in row.items() if k != "course"}
    if row["reverses"] is None:
        claim["episode"] = row["course"]
    if claim.get("rank", 0) < 0:
        claim["rank"] = max(claim["level"], 1) - 1
    claim["billed"] = claim["in_scope"] + sum(claim[b] for b in BILL)
    return claim


def kernel_claim(row: Mapping[str, Any]) -> dict[str, int]:
    """The row as ``settle_one`` reads it."""
    return {k: v for k, v in row.items() if isinstance(v, int)}


def arrays(scheme: Scheme, people: Sequence[Sequence[Row]], shuffle: int = 0) -> tuple[Claims, list[tuple[int, int]]]:
    """The same rows as arrays in some input order; with it (person, row) of each position."""
    at = [(p, i) for p, own in enumerate(people) for i in range(len(own))]
    if shuffle:  # persons' rows interleaved; ``order`` puts them right again
        at.sort(key=lambda pi: ((pi[1] * 7919 + pi[0] * 104_729) % shuffle, pi))
    flat = [people[p][i] for p, i in at]
    place = {pi: k for k, pi in enumerate(at)}
    back = [-1 if r["reverses"] is None else place[p, r["reverses"]] for (p, _), r in zip(at, flat, strict=True)]
    names = [k for k in (flat[0] if flat else {}) if k not in ("reverses", "episode", "stay", "course", "day")]

    def column(values: list[int], kind: Any = np.int64) -> Any:
        return np.array(values, kind)

    columns = {n: column([r[n] for r in flat]) for n in names}
    claims = Claims(
        day=column([r["day"] for r in flat], np.int32),
        person=column([p for p, _ in at]),
        order=column([i * 86400 for _, i in at]),
        columns=columns,
        interim=columns["interim"].astype(np.int8),
        category=columns["category"].astype(np.int8),
        episode=column([-1 if r["episode"] is None else r["episode"] for r in flat]),
        reverses=column(back),
    )
    return claims, at
