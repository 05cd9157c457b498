"""Trial settlement (预结算试算): what the funds would pay of a registered person's bill, with his totals as they are.

The question is that of ``quote visit``, put to the very same function; scheme, status and age come from the registry,
the running totals of the benefit year from the record. Nothing is kept but the look at the person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg

from tongchou.law import NoRule
from tongchou.law.tables import Scheme
from tongchou.rules.settlement.counter import Settlement
from tongchou.rules.settlement.desk import desk_of
from tongchou.rules.settlement.refused import Refused
from tongchou.rules.settlement.visit import ALWAYS_ASKED, laid_on, visit
from tongchou.rules.settlement.yearly import highest, not_yearly, titles, year_of, yearly_slots

from ..frame.access import Actor
from ..frame.calendar import today
from ..frame.refusal import OfficeRefused
from ..registry.rows import person as a_person
from ..registry.search import look
from . import store
from .schemes import OF_INSURANCE, no_rule, scheme_on, spell_on

FROM_THE_RECORD = ("status", "born", "age", "service_date")
"""Columns of a claim that the registry answers; a bill does not say them."""
COLUMNS = {
    "category": "医疗类别", "level": "医疗机构级别", "billed": "总费用", "in_scope": "政策范围内费用",
    "days": "住院天数",
    "out_of_catalogue": "目录外自费", "over_limit": "超限价自费", "first_share": "先行自付", "disease": "病种",
    "delivery_kind": "分娩方式", "identity": "身份",
}  # fmt: skip
"""What columns of a bill are called."""


@dataclass(frozen=True)
class Used:
    """A total of the year before and after the bill: fen, of admissions a count; ``limit``: the highest by law."""

    name: str
    zh: str
    en: str
    before: int
    after: int
    limit: int | None


@dataclass(frozen=True)
class Trial:
    """A bill settled on trial: the claim as it was read, its settlement with the trace, the totals behind it.

    ``not_kept``: names of totals the law keeps by other periods than the year, taken here as 0. ``in_future``: the day
    of the bill is still to come; law and totals are those of today.
    """

    person: int
    area: str
    status: str
    year: int
    scheme: Scheme
    claim: Mapping[str, int]
    settlement: Settlement
    documents: Mapping[str, Any]
    used: tuple[Used, ...]
    not_kept: tuple[str, ...]
    in_future: bool


_NAMED = re.compile(r"(?:--|\b(?=billed\b|in_scope\b))([a-z][a-z_-]*)")
"""Options, and the two totals of a bill, in the text of a refusal."""


def settle_on_trial(
    conn: psycopg.Connection, who: Actor, person: int, on: date, bill: Mapping[str, str], purpose: str
) -> Trial:
    """Settle a bill on trial. ``bill``: columns of a claims file as text (category, level, billed or in_scope, …).

    Entitlement is not looked into. Raises OfficeRefused: ``purpose_missing``, ``person_unknown``, ``not_allowed``,
    ``area_outside``, ``not_enrolled``, ``no_rule``, ``law_not_approved``, ``unknown_argument``, ``argument_missing``,
    and those of ``quote visit`` by their own codes.
    """
    with conn.transaction():
        of = look(conn, who, person, "record", purpose, "care.read")
        spell = spell_on(conn, of, on)
        name = OF_INSURANCE[spell.insurance]
        law, scheme = scheme_on(conn, spell.area, name, on)
        fields = _fields(bill) | {"status": spell.status, "born": f"{a_person(conn, of).born:%Y-%m}"}
        slots, year = yearly_slots(scheme), year_of(scheme, on)
        kept = [(n, a) for n, a in store.sums(conn, of, name, scheme.area, year) if n in slots]
        before = laid_on(slots, kept)
        day = on.toordinal()
        try:
            claim, got, desk = visit(
                scheme, lambda: desk_of(scheme, day, law.documents), day, None, fields, lambda of_desk: before
            )
        except Refused as e:
            raise _refused(e) from e
        except NoRule as e:
            raise no_rule(spell.area, name, on, fields["category"]) from e
        used = tuple(
            Used(n, zh, en, had := before.get(slot, 0), got.totals.get(slot, had), highest(scheme, slot, year))
            for n, (zh, en) in titles(scheme).items()
            for slot in slots[n][:1]
        )
        return Trial(
            of, spell.area, spell.status, year, scheme, claim, got, desk.documents, used, not_yearly(scheme),
            on > today(conn),
        )  # fmt: skip


def _fields(bill: Mapping[str, str]) -> dict[str, str]:
    """The columns given. Raises OfficeRefused for those of the registry and for what is always asked."""
    given = {k: str(v).strip() for k, v in bill.items() if str(v).strip()}
    for name in FROM_THE_RECORD:
        if name in given:
            raise OfficeRefused(
                "unknown_argument", f"{name} 取自登记信息，不必填写", f"{name} comes from the registry", name
            )
    for name in ALWAYS_ASKED:
        if name not in given and name not in FROM_THE_RECORD:
            raise OfficeRefused("argument_missing", f"缺少“{COLUMNS[name]}”", f"{name} is missing", name)
    return given


def _refused(e: Refused) -> OfficeRefused:
    """A refusal of the counter in the words of a form: columns by their names, not options."""
    zh, en = e.said
    if e.column:
        zh, en = f"“{COLUMNS.get(e.column, e.column)}”{zh}", f"{e.column}: {en}"
    en = _NAMED.sub(lambda m: m[1].replace("-", "_"), en)
    zh = _NAMED.sub(lambda m: COLUMNS.get(c := m[1].replace("-", "_"), c), zh)
    field = e.column or ("billed" if e.code in ("amounts_do_not_add_up", "missing_value") else "")
    return OfficeRefused(e.code, zh, en, field)
