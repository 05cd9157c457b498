"""The books against a toy: random entries, reversals, closings and links, in the database and in a dict."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tongchou.ledger.balances import balances
from tongchou.ledger.chart import link
from tongchou.ledger.months import close, next_month
from tongchou.ledger.post import BookRefused, Entry, Line, post, reverse
from tongchou.ledger.verify import verify

FIRST = date(2023, 1, 1)
AREAS = ("530100", "532300")
ACCOUNTS = [
    (fund, code)
    for fund in ("basic_pooled", "large_expense", "resident")
    for code in ("to_collect", "levied", "special_account", "contribution_income")
]
OBLIGATION = ("to_collect", "levied")
DAYS = st.integers(0, 100).map(lambda n: FIRST + timedelta(days=n))
LINES = st.builds(Line, st.sampled_from(ACCOUNTS), st.sampled_from(ACCOUNTS), st.integers(-1, 500))


class Books(RuleBasedStateMachine):
    """One database, emptied by rolling back at the end; each rule is a savepoint that is kept or undone."""

    conn: psycopg.Connection

    def __init__(self) -> None:
        super().__init__()
        self.conn.rollback()
        self.held: dict[tuple[str, tuple[str, str]], int] = defaultdict(int)
        self.entries: dict[int, Entry] = {}
        self.undone: set[int] = set()
        self.facts: set[str] = set()
        self.closed: dict[str, date] = {}
        self.links: set[tuple[str, str, str]] = set()

    def teardown(self) -> None:
        self.conn.rollback()

    def tried(self, act: Any) -> Any:
        """The act's answer, constraints at commit included, or its refusal with nothing kept."""
        try:
            with self.conn.transaction():
                found = act()
                self.conn.execute("SET CONSTRAINTS ALL IMMEDIATE")
                self.conn.execute("SET CONSTRAINTS ALL DEFERRED")
                return found
        except (BookRefused, psycopg.Error) as e:
            return e

    def is_closed(self, area: str, day: date) -> bool:
        return area in self.closed and day.replace(day=1) <= self.closed[area]

    def allowed(self, e: Entry) -> bool:
        """Whether the toy would book it."""

        def sound(line: Line) -> bool:
            books = {code in OBLIGATION for _, code in (line.debit, line.credit)}
            funds = (line.credit[0], line.debit[0])
            linked = funds[0] == funds[1] or (*funds, e.area) in self.links
            return line.amount > 0 and line.debit != line.credit and len(books) == 1 and linked

        fresh = e.fact[1] not in self.facts
        return bool(e.lines) and all(map(sound, e.lines)) and fresh and not self.is_closed(e.area, e.booked_on)

    def move(self, e: Entry, sign: int) -> None:
        for line in e.lines:
            self.held[e.area, line.debit] += sign * line.amount
            self.held[e.area, line.credit] -= sign * line.amount

    @rule(day=DAYS, area=st.sampled_from(AREAS), fact=st.integers(0, 30), lines=st.lists(LINES, max_size=3))
    def booked(self, day: date, area: str, fact: int, lines: list[Line]) -> None:
        e = Entry(day, area, "levy", ("demand", str(fact)), tuple(lines))
        found = self.tried(lambda: post(self.conn, [e]))
        assert isinstance(found, list) == self.allowed(e), (e, found)
        if isinstance(found, list):
            self.entries[found[0]] = e
            self.facts.add(str(fact))
            self.move(e, 1)

    @precondition(lambda self: self.entries)
    @rule(data=st.data(), day=DAYS)
    def reversed(self, data: st.DataObject, day: date) -> None:
        number = data.draw(st.sampled_from(sorted(self.entries)))
        e = self.entries[number]
        found = self.tried(lambda: reverse(self.conn, number, day, "a mistake"))
        possible = number not in self.undone and not self.is_closed(e.area, day) and day >= e.booked_on
        assert isinstance(found, int) == possible, found
        if isinstance(found, int):
            self.undone.add(number)
            self.move(e, -1)

    @rule(area=st.sampled_from(AREAS), ahead=st.integers(0, 1))
    def closing(self, area: str, ahead: int) -> None:
        last = self.closed.get(area)
        month = FIRST if last is None else next_month(last)
        for _ in range(ahead):
            month = next_month(month)
        found = self.tried(lambda: close(self.conn, area, month))
        assert isinstance(found, int) == (ahead == 0 or last is None), found
        if isinstance(found, int):
            self.closed[area] = month

    @rule(pair=st.permutations(["basic_pooled", "large_expense", "resident"]), area=st.sampled_from(AREAS))
    def linked(self, pair: list[str], area: str) -> None:
        found = self.tried(lambda: link(self.conn, (pair[0], pair[1]), [area], FIRST, "example"))
        assert found in (0, 1)
        self.links.add((pair[0], pair[1], area))

    @invariant()
    def the_same_balances_and_no_fault(self) -> None:
        for area in AREAS:
            got = {(b.fund, b.code): b.balance for b in balances(self.conn, area, date(2024, 12, 31))}
            assert {k: v for k, v in got.items() if v} == {k: v for (a, k), v in self.held.items() if a == area and v}
            assert sum(got.values()) == 0
        assert verify(self.conn) is None


@pytest.mark.parametrize("seed", [1])
def test_the_books_are_a_toy_with_a_database(books: psycopg.Connection, seed: int) -> None:
    class Here(Books):
        conn = books

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
