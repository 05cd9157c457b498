"""P19, by chance: whatever goes out, comes in and is undone over three areas, months and fen stay what they were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.office.life.conftest import Desk, Registry
from tongchou.ledger.balances import balances
from tongchou.ledger.verify import verify
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.registry.life.months import of_range, read_months

AREAS = ("532300", "530100", "370100")
FIRST = {
    "532300": ("2001-01-01", "2004-01-01"),
    "530100": ("2004-01-01", "2005-07-01"),
    "370100": ("2006-01-01", "2007-01-01"),
}
OUTSIDE = "110000"
LATE = 9999 * 12
STEP = st.tuples(
    st.sampled_from(("out", "out", "in", "in", "undo", "outside")),
    st.integers(0, 2),
    st.integers(1, 2),
    st.integers(0, 5),
    st.integers(0, 999),
)
EXPECTED = {"transfer_empty", "transfer_followed", "transfer_exists", "transfer_order", "month_twice"}


@dataclass
class Walk:
    """One person's transfers; each step is done, or refused for a reason that is expected."""

    registry: Registry
    desk: Desk
    person: int
    certificates: int = 0

    def step(self, what: str, area: int, further: int, which: int, fen: int) -> None:
        try:
            getattr(self, what + "_")(AREAS[area], AREAS[(area + further) % 3], which, fen)
        except OfficeRefused as e:
            if e.code not in EXPECTED:
                raise

    def out_(self, area: str, other: str, which: int, fen: int) -> None:
        self.certificates += 1
        self.desk.both(
            "transfer.out",
            area=area,
            person=self.person,
            line="medical",
            certificate=f"{self.person}-{self.certificates}",
            other_area=other,
            on="2020-01-01",
            sum_fen=f"{fen // 100}.{fen % 100:02d}",
        )

    def in_(self, area: str, other: str, which: int, fen: int) -> None:
        sent = self.rows("direction = 'out'")
        if sent:
            _, area, other, certificate, detail, sum_fen = sent[which % len(sent)]
            self.desk.both(
                "transfer.in",
                area=other,
                person=self.person,
                line="medical",
                certificate=certificate,
                other_area=area,
                on="2020-02-01",
                months=detail["months"],
                sum_fen=f"{sum_fen // 100}.{sum_fen % 100:02d}",
            )

    def outside_(self, area: str, other: str, which: int, fen: int) -> None:
        """A certificate from elsewhere whose months overlap some that count here, or are on their way."""
        self.certificates += 1
        self.desk.both(
            "transfer.in",
            area=area,
            person=self.person,
            line="medical",
            certificate=f"{self.person}-{self.certificates}",
            other_area=OUTSIDE,
            on="2020-02-01",
            months=f"{2000 + which}-06..{2001 + which}-06",
            overlap="keep_ours",
        )

    def undo_(self, area: str, other: str, which: int, fen: int) -> None:
        live = self.rows("true")
        if live:
            self.desk.both("transfer.undo", transfer=live[which % len(live)][0], reason="误转")

    def rows(self, where: str) -> list[tuple[int, str, str, str, dict[str, str], int]]:
        return self.registry.conn.execute(
            "SELECT id, area, other_area, certificate, detail, sum_fen FROM office.transfer "  # type: ignore[arg-type]
            f"WHERE person = %s AND recorded_to = 'infinity' AND {where} ORDER BY id DESC",
            [self.person],
        ).fetchall()

    def in_flight(self) -> list[tuple[set[int], int]]:
        """(months, fen) of what went out and has not come in."""
        arrived = {row[3] for row in self.rows("direction = 'in'")}
        return [
            (read_months(row[4]["months"], LATE), row[5])
            for row in self.rows("direction = 'out'")
            if row[3] not in arrived
        ]


def moved(registry: Registry) -> int:
    """Fen spent on transfers out less those received, over all areas."""
    found = [b for area in AREAS for b in balances(registry.conn, area, date.max) if b.fund == "personal_accounts"]
    assert sum(b.balance for b in found) == 0
    return sum(b.balance for b in found if b.code in ("transfer_spending", "transfer_income"))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEP, min_size=4, max_size=14))
def test_P19_no_month_and_no_fen_is_lost_or_doubled(
    registry: Registry, nation: Desk, steps: list[tuple[str, int, int, int, int]]
) -> None:
    person = registry.person(AREAS[0])
    for area, (first, until) in FIRST.items():
        registry.months(person, f"[{first},{until})", area=area)
        registry.spell(person, f"[{first},{until})", area=area, insurance="injury")
    whole = {
        m for first, until in FIRST.values() for m in of_range(date.fromisoformat(first), date.fromisoformat(until))
    }
    before = moved(registry)
    walk = Walk(registry, nation, person)
    for step in steps:
        walk.step(*step)
        here = [
            m
            for first, until in registry.conn.execute(
                "SELECT lower(months), upper(months) FROM office.months WHERE person = %s AND recorded_to = 'infinity'",
                [person],
            ).fetchall()
            for m in of_range(first, until)
        ]
        flying = walk.in_flight()
        brought = [read_months(row[4]["months"], LATE) for row in walk.rows(f"other_area = '{OUTSIDE}'")]
        everywhere = here + [m for months, _ in flying for m in months]
        assert set(everywhere) == whole.union(*brought)
        assert len(here) == len(set(here))
        assert brought or len(everywhere) == len(whole)
        assert moved(registry) - before == sum(fen for _, fen in flying)
    assert verify(registry.conn) is None
