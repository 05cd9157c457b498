"""What the rows of a file must not say together: one person levied twice, or in two schemes, in one month."""

from __future__ import annotations

from collections.abc import Iterator

from tongchou.rules.reckoning import FactRefused

RESIDENT = "resident"


def conflicts(question: str, rows: Iterator[tuple[int, dict[str, str]]]) -> dict[int, FactRefused]:
    """The refusal of each row that another one contradicts, by row; every row of a conflict is refused.

    Only contributions are levied by month; rows without a ``person_id`` cannot be told apart and are not compared.
    Rows that name different schemes of one person go together.
    """
    if question != "contribution":
        return {}
    seen: dict[tuple[str, str], list[tuple[int, str, frozenset[str]]]] = {}
    for i, given in rows:
        if given.get("person_id"):
            schemes = frozenset(given.get("schemes", "").replace(",", ";").split(";")) - {""}
            row = (i, given.get("kind", ""), schemes)
            seen.setdefault((given["person_id"], given.get("month", "")), []).append(row)
    found: dict[int, FactRefused] = {}
    for (person, month), several in seen.items():
        for i, kind, schemes in several:
            for j, other, others in several:
                if i == j or (schemes and others and not schemes & others):
                    continue
                if (kind == RESIDENT) != (other == RESIDENT):
                    found[i] = FactRefused(
                        "two_schemes_in_month",
                        "kind",
                        f"{kind}, {other}",
                        f"one scheme in {month}: as a resident or as an employee",
                        f"{month} 只能以居民或职工一种身份参保",
                    )
                else:
                    found.setdefault(
                        i,
                        FactRefused(
                            "duplicate_person", "person_id", person, f"one row in {month}", f"{month} 每人一行"
                        ),
                    )
    return found
