"""What the rows of a file must not say together: one person levied twice, or in two schemes, in one month."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator

import numpy as np

from tongchou.rules.contribution.lines import KINDS, SCHEMES
from tongchou.rules.reckoning import FactRefused

RESIDENT = "resident"
Row = tuple[int, dict[str, str]]


def repeated(rows: Callable[[], Iterator[Row]]) -> Iterator[Row]:
    """The rows that may be in conflict: another has the same person and month. Eight bytes a row are held.

    Rows are gone through twice; two different persons that fall together by chance are told apart by ``conflicts``.
    """
    keys = array("q", (hash(_key(given)) for _, given in rows() if given.get("person_id")))
    values, counts = np.unique(np.frombuffer(keys, np.int64) if keys else np.zeros(0, np.int64), return_counts=True)
    twice = frozenset(values[counts > 1].tolist())
    if not twice:
        return iter(())
    return ((i, given) for i, given in rows() if given.get("person_id") and hash(_key(given)) in twice)


def _key(given: dict[str, str]) -> tuple[str, str]:
    return given["person_id"], given.get("month", "")


def conflicts(question: str, rows: Iterator[Row]) -> dict[int, FactRefused]:
    """The refusal of each row that another one contradicts, by row; every row of a conflict is refused.

    Only contributions are levied by month. Rows without a ``person_id`` cannot be told apart, and one of an unknown
    kind says no scheme: neither is compared. Rows that name different schemes of one person go together, but nobody
    is a resident and an employee in one month, whatever schemes are named.
    """
    if question != "contribution":
        return {}
    seen: dict[tuple[str, str], list[tuple[int, str, frozenset[str]]]] = {}
    for i, given in rows:
        if given.get("person_id") and given.get("kind") in KINDS:
            named = frozenset(given.get("schemes", "").replace(",", ";").split(";")) & frozenset(SCHEMES)
            seen.setdefault(_key(given), []).append((i, given["kind"], named))
    found: dict[int, FactRefused] = {}
    for (person, month), several in seen.items():
        if len(several) > 1:
            found.update(_among(person, month, several))
    return found


def _among(person: str, month: str, several: list[tuple[int, str, frozenset[str]]]) -> dict[int, FactRefused]:
    """The conflicts of one person and month; as many comparisons as there are different scheme lists, not rows."""
    kinds = {kind == RESIDENT: kind for _, kind, _ in several}
    if len(kinds) > 1:
        return {
            i: FactRefused(
                "two_schemes_in_month",
                "kind",
                f"{kind}, {kinds[kind != RESIDENT]}",
                f"one scheme in {month}: as a resident or as an employee",
                f"{month} 只能以居民或职工一种身份参保",
            )
            for i, kind, _ in several
        }
    lists: dict[frozenset[str], int] = {}
    for _, _, named in several:
        lists[named] = lists.get(named, 0) + 1
    clash = {a for a, n in lists.items() if n > 1 or any(a != b and (not a or not b or a & b) for b in lists)}
    return {
        i: FactRefused("duplicate_person", "person_id", person, f"one row in {month}", f"{month} 每人一行")
        for i, _, named in several
        if named in clash
    }
