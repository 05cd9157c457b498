"""Running totals by chance: whatever is entered, corrected, undone, merged and parted, the totals are those of a toy
model, never below 0, and what was known at every earlier moment stays what it was.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.office.care.conftest import Counter
from tongchou.office.books import prove
from tongchou.office.care.queries import read_totals
from tongchou.office.frame.calendar import clock
from tongchou.office.frame.refusal import OfficeRefused

NAMES = ("inpatient_pool", "large_expense", "admissions")
DAYS = ("2023-02-01", "2023-06-30", "2024-03-01")
STEP = st.tuples(
    st.sampled_from(("open", "open", "open", "correct", "undo", "merge", "part")),
    st.integers(0, 2),
    st.integers(0, 2),
    st.integers(1, 500),
)
EXPECTED = {"total_opened", "total_undone", "total_change_unknown", "person_merged", "merge_itself", "not_enrolled",
            "nothing_to_correct", "merge_order", "merge_ended"}  # fmt: skip
Picture = tuple[tuple[tuple[int, str, int], ...], ...]


@dataclass
class Toy:
    """What ought to be: changes as (person, year, name, amount), and who is taken for whom."""

    people: list[int]
    changes: dict[int, tuple[int, int, str, int]] = field(default_factory=dict)
    taken: dict[int, int] = field(default_factory=dict)

    def top(self, person: int) -> int:
        while person in self.taken:
            person = self.taken[person]
        return person

    def picture(self) -> Picture:
        out = []
        for p in self.people:
            sums: dict[tuple[int, str], int] = {}
            for whose, year, name, amount in self.changes.values():
                if self.top(whose) == self.top(p):
                    sums[year, name] = sums.get((year, name), 0) + amount
            out.append(tuple(sorted((y, n, a) for (y, n), a in sums.items() if a)))
        return tuple(out)


@dataclass
class Walk:
    counter: Counter
    toy: Toy
    merges: list[tuple[int, int, int]] = field(default_factory=list)

    def picture(self, known: datetime | None = None) -> Picture:
        found = (read_totals(self.counter.desk.conn, p, known=known) for p in self.toy.people)
        return tuple(tuple(sorted((t.year, t.name, t.amount) for t in f.totals)) for f in found)

    def step(self, what: str, i: int, j: int, n: int) -> None:
        try:
            getattr(self, f"{what}_")(i, j, n)
        except OfficeRefused as e:
            if e.code not in EXPECTED:
                raise

    def open_(self, i: int, j: int, n: int) -> None:
        name, on, person = NAMES[j], DAYS[n % 3], self.toy.people[i]
        made = self.counter.open(person, f"{name}={n}", on=on)
        self.toy.changes[made[name]] = (person, int(on[:4]), name, n if name == "admissions" else n * 100)

    def _one(self, i: int, n: int) -> int:
        """A change of somebody; most are there and some are not."""
        mine = [k for k, c in self.toy.changes.items() if c[0] == self.toy.people[i]]
        return mine[n % len(mine)] if mine else 10**9

    def undo_(self, i: int, j: int, n: int) -> None:
        change = self._one(i, n)
        self.counter.desk.both("totals.undo", change=change, reason="录错")
        del self.toy.changes[change]

    def correct_(self, i: int, j: int, n: int) -> None:
        change = self._one(i, n)
        told = self.counter.desk.both("totals.correct", change=change, amount=str(n), evidence="复核")
        person, year, name, _ = self.toy.changes.pop(change)
        new = told["changes"][-1]["change"]
        self.toy.changes[new] = (person, year, name, n if name == "admissions" else n * 100)

    def merge_(self, i: int, j: int, n: int) -> None:
        loser, winner = self.toy.people[i], self.toy.people[j]
        done = self.counter.desk.both("person.merge", loser=loser, winner=winner, reason="同一人")
        self.merges.append((done["merge"], loser, winner))
        self.toy.taken[loser] = winner

    def part_(self, i: int, j: int, n: int) -> None:
        if self.merges:
            number, loser, _ = self.merges[n % len(self.merges)]
            self.counter.desk.both("person.unmerge", merge=number, reason="不是同一人")
            self.merges = [m for m in self.merges if m[0] != number]
            del self.toy.taken[loser]


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEP, min_size=5, max_size=16))
def test_totals_are_those_of_the_model_and_what_was_known_stays(
    counter: Counter, steps: list[tuple[str, int, int, int]]
) -> None:
    toy = Toy([counter.person() for _ in range(3)])
    walk = Walk(counter, toy)
    earlier: list[tuple[datetime, Picture]] = []
    for step in steps:
        walk.step(*step)
        now = walk.picture()
        assert now == toy.picture(), step
        assert all(amount > 0 for person in now for _, _, amount in person)
        earlier.append((clock(counter.desk.conn), now))
    for moment, then in earlier:
        assert walk.picture(moment) == then


def test_the_walks_leave_an_office_that_is_proved(
    counter: Counter, office: psycopg.Connection, office_address: str
) -> None:
    """Every kind of step once, each of them done."""
    walk = Walk(counter, Toy([counter.person() for _ in range(3)]))
    for step in (("open", 0, 0, 100), ("open", 1, 2, 3), ("merge", 0, 1, 1), ("correct", 0, 0, 90), ("undo", 1, 0, 0),
                 ("part", 0, 0, 0), ("open", 0, 1, 7)):  # fmt: skip
        before = len(read_totals(office, walk.toy.people[0]).changes)
        getattr(walk, f"{step[0]}_")(*step[1:])
        assert walk.picture() == walk.toy.picture()
        if step[0] == "open" and step[1] == 0:
            assert len(read_totals(office, walk.toy.people[0]).changes) == before + 1
    assert prove(office_address).fault is None
