"""Any run of beginnings, ends, corrections and retirements against a toy model that holds days and snapshots.

After each step: no two live spells of a line share a day; ``at`` tells what the model tells, on every day, as known now
and as known after each step before; large expense is where basic insurance is, from the day of the law on (L04).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.office.frame.operation import run
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.registry.enrolment import at

from .conftest import COUNTY, Office

START = date(2022, 12, 1)
LAW = (date(2023, 1, 1) - START).days
"""cx2022 第五条 is in force from 2023-01-01."""
SPAN = 70
FORMS = {
    "medical_employee": ("medical", "flexible", "active"),
    "medical_resident": ("medical", "resident", "resident"),
    "injury": ("injury", "flexible", "active"),
}


@dataclass(frozen=True)
class Toy:
    """A spell of the model: days by their number from START, the end exclusive (None: open)."""

    insurance: str
    status: str
    since: int
    until: int | None

    @property
    def line(self) -> str:
        return FORMS[self.insurance][0]

    def holds(self, day: int) -> bool:
        return self.since <= day and (self.until is None or day < self.until)

    def meets(self, other: Toy) -> bool:
        return self.line == other.line and any(self.holds(d) and other.holds(d) for d in range(SPAN * 2))


def told(spells: list[Toy], day: int) -> set[tuple[str, str]]:
    """(insurance, status) of a day by the model, large expense with basic insurance."""
    found = {(s.insurance, s.status) for s in spells if s.holds(day)}
    if day >= LAW:
        found |= {("large_expense", status) for insurance, status in found if insurance == "medical_employee"}
    return found


def day(n: int) -> str:
    return (START + timedelta(days=n)).isoformat()


DAYS = st.integers(0, SPAN)
LENGTHS = st.one_of(st.none(), st.integers(1, 30))
STEPS = st.one_of(
    st.tuples(st.just("begin"), st.sampled_from(sorted(FORMS)), DAYS, LENGTHS),
    st.tuples(st.just("end"), st.integers(0, 5), DAYS, st.none()),
    st.tuples(st.just("correct"), st.integers(0, 5), DAYS, LENGTHS),
    st.tuples(st.just("retire"), st.integers(0, 5), DAYS, st.none()),
    st.tuples(st.just("void"), st.integers(0, 5), DAYS, st.none()),
)


class Model:
    """What is held now, by the number of the spell, and what was held after each step."""

    def __init__(self) -> None:
        self.held: dict[int, Toy] = {}
        self.then: list[tuple[datetime, list[Toy]]] = []

    def free(self, wanted: Toy, beside: int = 0) -> bool:
        return not any(wanted.meets(s) for i, s in self.held.items() if i != beside)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=9))
def test_enrolment_agrees_with_a_toy_on_both_axes_of_time(
    desk: Office, steps: list[tuple[str, object, int, int | None]]
) -> None:
    person, model = desk.person(born=f"{1940 + desk.people // 400}0305"), Model()
    for what, which, on, length in steps:
        until = None if length is None else on + length
        if what == "begin":
            _begin(desk, model, person, Toy(str(which), FORMS[str(which)][2], on, until))
        elif model.held:
            number = sorted(model.held)[int(str(which)) % len(model.held)]
            {"end": _end, "correct": _correct, "retire": _retire, "void": _void}[what](desk, model, number, on, until)
        row = desk.conn.execute("SELECT clock_timestamp()").fetchone()
        assert row is not None
        model.then.append((row[0], list(model.held.values())))
        _no_overlap(desk, person)
    for n in range(0, SPAN * 2, 3):
        on = START + timedelta(days=n)
        assert {(s.insurance, s.status) for s in at(desk.conn, person, on)} == told(list(model.held.values()), n)
        for moment, spells in model.then:
            assert {(s.insurance, s.status) for s in at(desk.conn, person, on, moment)} == told(spells, n)


def _do(desk: Office, name: str, fine: bool, **given: object) -> dict[str, object]:
    """Run an operation; whether it is refused must be as the model says."""
    if fine:
        return run(desk.conn, desk.who("clerk"), name, given)
    with pytest.raises(OfficeRefused):
        run(desk.conn, desk.who("clerk"), name, given)
    return {}


def _begin(desk: Office, model: Model, person: int, wanted: Toy) -> None:
    way = FORMS[wanted.insurance][1]
    given = {"area": COUNTY, "person": person, "insurance": wanted.insurance, "way": way, "status": wanted.status}
    last = None if wanted.until is None else day(wanted.until - 1)
    fine = model.free(wanted)
    answer = _do(desk, "enrolment.begin", fine, **given, begins=day(wanted.since), last_day=last)
    if fine:
        model.held[int(str(answer["enrolment"]))] = wanted


def _end(desk: Office, model: Model, number: int, on: int, until: int | None) -> None:
    old = model.held[number]
    fine = on >= old.since and (old.until is None or on + 1 < old.until)
    answer = _do(desk, "enrolment.end", fine, enrolment=number, last_day=day(on), reason="离职")
    if fine:
        model.held[int(str(answer["enrolment"]))] = replace(model.held.pop(number), until=on + 1)


def _correct(desk: Office, model: Model, number: int, on: int, until: int | None) -> None:
    old = model.held[number]
    new = replace(old, since=on, until=until)
    fine = new != old and model.free(new, number)
    last = None if until is None else day(until - 1)
    given = {"enrolment": number, "evidence": "补录", "begins": day(on), "last_day": last}
    answer = _do(desk, "enrolment.correct", fine, **given, open_end=until is None)
    if fine:
        del model.held[number]
        model.held[int(str(answer["enrolment"]))] = new


def _retire(desk: Office, model: Model, number: int, on: int, until: int | None) -> None:
    old = model.held[number]
    fine = old.status == "active" and old.holds(on)
    answer = _do(desk, "enrolment.retire", fine, enrolment=number, on=day(on), evidence="审批表")
    if fine:
        del model.held[number]
        model.held[int(str(answer["enrolment"]))] = replace(old, status="retired", since=on)
        if answer["before"] is not None:
            model.held[int(str(answer["before"]))] = replace(old, until=on)


def _void(desk: Office, model: Model, number: int, on: int, until: int | None) -> None:
    _do(desk, "enrolment.correct", True, enrolment=number, evidence="录错", void=True)
    del model.held[number]


def _no_overlap(desk: Office, person: int) -> None:
    row = desk.conn.execute(
        "SELECT count(*) FROM office.enrolment a JOIN office.enrolment b ON a.person = b.person AND a.line = b.line "
        "AND a.id < b.id AND a.in_force && b.in_force "
        "WHERE a.person = %s AND a.recorded_to = 'infinity' AND b.recorded_to = 'infinity'",
        [person],
    ).fetchone()
    assert row == (0,)
