"""By chance: records die, are merged, come to life and are parted in any order; no day and no month is lost or lent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.office.life.conftest import Desk, Registry
from tongchou.office.frame.bound import check_rows
from tongchou.office.frame.refusal import OfficeRefused

RECORDS = 3
DEATHS = ("2015-06-30", "2018-06-30")
FIRST, LAST = 2008, 2024
"""Spells begin and end with these years, or are open."""
Spells = dict[str, list[tuple[int, int | None]]]
INSURANCES = ("injury", "maternity")
YEARS = st.lists(st.integers(FIRST, LAST), unique=True, max_size=4).map(sorted)
SPELLS = st.fixed_dictionaries(dict.fromkeys(INSURANCES, YEARS))
STEP = st.tuples(
    st.sampled_from(("die", "die", "live", "merge", "merge", "part")), st.integers(0, RECORDS - 1), st.integers(0, 1)
)
LATE_LONG: dict[str, list[int]] = {"injury": [2010], "maternity": []}
NOTHING: dict[str, list[int]] = {"injury": [], "maternity": []}
EXPECTED = {"life_event_exists", "life_event_missing", "person_merged", "merge_contradicts", "merge_order"}


def spans(years: list[int]) -> list[tuple[int, int | None]]:
    """Years as beginnings and ends in turn; the last one is open where no end is left."""
    return [(years[i], years[i + 1] if i + 1 < len(years) else None) for i in range(0, len(years), 2)]


@dataclass
class Model:
    """What each record has of its own, when it ended, and whom it is taken for: all there is to know."""

    own: list[Spells]
    ended: dict[int, str] = field(default_factory=dict)
    into: dict[int, int] = field(default_factory=dict)

    def tree(self, record: int) -> Iterator[int]:
        yield record
        for loser, winner in self.into.items():
            if winner == record:
                yield from self.tree(loser)

    def covered(self, record: int) -> dict[str, set[date]]:
        """The half-years in which a record is covered: the first day of each."""
        if record in self.into:
            return {name: set() for name in INSURANCES}
        until = date.fromisoformat(self.ended[record]) if record in self.ended else date.max
        return {
            name: {d for r in self.tree(record) for span in self.own[r][name] for d in half_years(*span) if d <= until}
            for name in INSURANCES
        }


def half_years(since: int, until: int | None) -> list[date]:
    return [date(year, month, 1) for year in range(since, until or LAST + 6) for month in (1, 7)]


@dataclass
class Walk:
    """The same steps in the office and in the model; where the office refuses, the model stays as it is."""

    registry: Registry
    desk: Desk
    model: Model
    persons: list[int]
    merges: dict[int, int] = field(default_factory=dict)

    def step(self, what: str, record: int, which: int) -> None:
        try:
            getattr(self, what)(record, which)
        except OfficeRefused as e:
            if e.code not in EXPECTED:
                raise

    def die(self, record: int, which: int) -> None:
        self.desk.do("person.report_death", person=self.persons[record], on=DEATHS[which], evidence="证明")
        self.model.ended[record] = DEATHS[which]

    def live(self, record: int, which: int) -> None:
        answer = self.desk.both("person.undo_life_event", person=self.persons[record], reason="误报")
        for r in self.model.tree(record):
            self.model.ended.pop(r, None)
        now = {m["was"]: m["now"] for m in answer["merges"]}
        self.merges = {r: now.get(n, n) for r, n in self.merges.items()}

    def merge(self, record: int, which: int) -> None:
        other = (record + 1 + which) % RECORDS
        given = {"loser": self.persons[record], "winner": self.persons[other], "reason": "同一人"}
        self.merges[record] = self.desk.both("person.merge", **given)["merge"]
        self.model.into[record] = other

    def part(self, record: int, which: int) -> None:
        if record in self.merges:
            answer = self.desk.both("person.unmerge", merge=self.merges[record], reason="并非一人")
            assert answer["changed"] == []
            del self.merges[record], self.model.into[record]

    def covered(self, record: int) -> dict[str, set[date]]:
        found: dict[str, set[date]] = {name: set() for name in INSURANCES}
        rows = self.registry.conn.execute(
            "SELECT insurance, lower(in_force), coalesce(upper(in_force), %s) FROM office.enrolment "
            "WHERE person = %s AND recorded_to = 'infinity'",
            [date(LAST + 6, 1, 1), self.persons[record]],
        ).fetchall()
        for name, since, until in rows:
            found[name] |= {d for d in half_years(since.year, until.year + 1) if since <= d < until}
        return found


def whole(registry: Registry, persons: list[int]) -> list[Any]:
    return [(registry.picture(p), registry.counted(p)) for p in persons]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(  # both dead, one taken for the other, alive after all, and two people after all
    years=[LATE_LONG, {"injury": [2012, 2014], "maternity": [2020]}, NOTHING],
    steps=[("die", 0, 0), ("die", 1, 0), ("merge", 0, 0), ("live", 1, 0), ("part", 0, 0)],
)
@example(  # dead while one, then two people
    years=[LATE_LONG, {"injury": [2012], "maternity": [2020]}, NOTHING],
    steps=[("merge", 0, 0), ("die", 1, 0), ("part", 0, 0), ("live", 1, 0)],
)
@example(  # three in a row, alive, dead on another day, parted from the end
    years=[LATE_LONG, {"injury": [2009], "maternity": []}, {"injury": [2011], "maternity": [2010]}],
    steps=[*[("die", r, 0) for r in range(3)], ("merge", 0, 0), ("merge", 1, 0), ("live", 2, 0), ("die", 2, 1),
           ("part", 1, 0), ("live", 2, 0), ("part", 0, 0)],
)  # fmt: skip
@given(years=st.lists(SPELLS, min_size=RECORDS, max_size=RECORDS), steps=st.lists(STEP, min_size=4, max_size=12))
def test_each_record_has_its_own_days_whatever_befell_it_and_others(
    registry: Registry, desk: Desk, years: list[dict[str, list[int]]], steps: list[tuple[str, int, int]]
) -> None:
    unit = registry.employer()
    own: list[Spells] = [{name: spans(found) for name, found in of.items()} for of in years]
    persons = [registry.person() for _ in own]
    for person, of in zip(persons, own, strict=True):
        for name, found in of.items():
            for since, until in found:
                registry.spell(person, f"[{since}-01-01,{f'{until}-01-01' if until else ''})", unit, name)
    for k, person in enumerate(persons):
        registry.months(person, f"[20{10 + k}-01-01,20{12 + k}-01-01)")
    before = whole(registry, persons)
    walk = Walk(registry, desk, Model(own), persons)
    for step in steps:
        walk.step(*step)
        for record in range(RECORDS):
            assert walk.covered(record) == walk.model.covered(record), (step, record)
    for record in sorted(walk.merges, key=lambda r: -walk.merges[r]):
        while record in walk.merges:
            walk.part(record, 0)
    for record in list(walk.model.ended):
        walk.live(record, 0)
    assert whole(registry, persons) == before
    with registry.conn.transaction():
        assert check_rows(registry.conn) is None
