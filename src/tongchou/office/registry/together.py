"""Basic and large-expense insurance together, where the law of the area says so (L04: cx2022 第五条).

Which days that is stands in the law's flag ``large_expense.with_basic``. Whoever is in employee medical insurance on
such a day is in large expense too: beginning, ending or correcting the one does the same to the other in the same call.
The other types of insurance are never bundled (J06, P18).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import psycopg

from tongchou.law import Law

from ..frame import lawbook
from ..frame.refusal import OfficeRefused
from .pen import Pen
from .rows import figures
from .spells import Days, Spell, live

BASIC, LARGE = "medical_employee", "large_expense"
FLAG = "large_expense.with_basic"


@dataclass(frozen=True)
class Window:
    """Days on which both go together, ``until`` exclusive or None, and where that stands."""

    since: date
    until: date | None
    cite: str


def windows(conn: psycopg.Connection, law: Law, area: str) -> list[Window]:
    """The days on which the law of an area puts both together."""
    held = figures(conn, law, area)
    found = []
    for start in held.starts(FLAG):
        figure = held.at(FLAG, start)
        if figure.true:
            end = date.fromordinal(figure.end) if figure.end else None
            found.append(Window(date.fromordinal(start), end, f"{figure.document} {figure.clause}"))
    return found


def required(conn: psycopg.Connection, law: Law, basic: Spell) -> list[tuple[Spell, str]]:
    """The large-expense spells that a spell of basic insurance calls for, each with where that stands."""
    found = []
    for w in windows(conn, law, basic.area):
        shared = common((basic.since, basic.until), (w.since, w.until))
        if shared is not None:
            found.append((replace(basic.during(*shared), insurance=LARGE, line=LARGE), w.cite))
    return found


def follow(pen: Pen, person: int, days: Days) -> dict[str, Any]:
    """Bring large expense in step with basic insurance on some days; what began and ended, for the answer.

    Within ``days`` large expense becomes what the law calls for; where it calls for nothing, what there is stays as far
    as basic insurance reaches, for nobody has the supplement alone.
    """
    law = lawbook.in_force(pen.conn)
    held = live(pen.conn, person)
    basic = [s for s in held if s.insurance == BASIC and common((s.since, s.until), days)]
    wanted, cites = [], set()
    for b in basic:
        for spell, cite in required(pen.conn, law, b):
            shared = common((spell.since, spell.until), days)
            if shared is not None:
                wanted.append(spell.during(*shared))
                cites.add(cite)
    large = [s for s in held if s.insurance == LARGE]
    for old in large:
        for part in minus((old.since, old.until), [days]):
            wanted.append(old.during(*part))
        inside = common((old.since, old.until), days)
        for b in basic if inside else ():
            shared = common((b.since, b.until), inside)  # type: ignore[arg-type]
            called = [(w.since, w.until) for w in wanted]
            wanted += [old.during(*part) for part in (minus(shared, called) if shared else [])]
    return _rewrite(pen, large, joined(wanted), sorted(cites))


def _rewrite(pen: Pen, old: list[Spell], new: list[Spell], cites: list[str]) -> dict[str, Any]:
    same = {replace(s, id=0) for s in old} & set(new)
    ended = [s for s in old if replace(s, id=0) not in same]
    for spell in ended:
        pen.end("enrolment", spell.id)
    begun = [replace(s, id=pen.add("enrolment", **s.values())) for s in new if s not in same]
    if not ended and not begun:
        return {}
    return {"with": [s.told() for s in begun], "with_ended": [s.id for s in ended], "law": cites}


def check(conn: psycopg.Connection, person: int, days: Days) -> None:
    """Refuse large expense alone, and basic insurance without it on days when the law puts both together.

    Raises OfficeRefused: ``large_expense_alone``, ``large_expense_missing``, each naming the days.
    """
    law = lawbook.in_force(conn)
    held = live(conn, person)
    basic = [s for s in held if s.insurance == BASIC]
    large = [(s.since, s.until) for s in held if s.insurance == LARGE]
    for span in large:
        for part in minus(span, [(b.since, b.until) for b in basic]):
            if shared := common(part, days):
                raise OfficeRefused(
                    "large_expense_alone",
                    f"{text(shared)} 未参加职工基本医疗保险，不能单独参加大额医疗费用补助",
                    f"no employee medical insurance {text(shared)}: nobody has the large-expense supplement alone",
                    "begins",
                )
    for b in basic:
        for spell, cite in required(conn, law, b):
            for part in minus((spell.since, spell.until), large):
                if shared := common(part, days):
                    raise OfficeRefused(
                        "large_expense_missing",
                        f"按 {cite}，参加职工基本医疗保险须同时参加大额医疗费用补助；{text(shared)} 缺大额补助",
                        f"by {cite} who is in employee medical insurance is in large expense too; it is missing "
                        f"{text(shared)}",
                        "last_day",
                    )


def text(days: Days) -> str:
    """Days in one line, the end exclusive."""
    return f"{days[0]}..{days[1] or ''}"


def common(a: Days, b: Days) -> Days | None:
    """The days two ranges share."""
    since = max(a[0], b[0])
    until = a[1] if b[1] is None else b[1] if a[1] is None else min(a[1], b[1])
    return (since, until) if until is None or since < until else None


def minus(days: Days, others: list[Days]) -> list[Days]:
    """What of a range lies in none of the others, in order."""
    left = [days]
    for since, until in others:
        parts: list[Days] = []
        for part in left:
            if common(part, (since, until)) is None:
                parts.append(part)
                continue
            if part[0] < since:
                parts.append((part[0], since))
            if until is not None and (part[1] is None or until < part[1]):
                parts.append((until, part[1]))
        left = parts
    return sorted(left, key=lambda p: p[0])


def joined(spells: list[Spell]) -> list[Spell]:
    """Spells that say the same on neighbouring days as one, in order."""
    found: list[Spell] = []
    for s in sorted(spells, key=lambda s: s.since):
        last = found[-1] if found else None
        if last is not None and last.until == s.since and replace(last, since=s.since, until=s.until) == s:
            found[-1] = replace(last, until=s.until)
        else:
            found.append(s)
    return found
