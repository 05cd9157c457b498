"""P19: insurance relations are transferred without a break; no month and no fen is lost or counted twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.office.conftest import COUNTY, OTHER_COUNTY
from tests.office.life.conftest import Desk, Registry, refused, rights_hold
from tongchou.ledger.balances import balances
from tongchou.ledger.months import close
from tongchou.ledger.verify import verify

OUTSIDE = "110000"


@pytest.fixture
def mover(registry: Registry) -> int:
    """Somebody whose cover in the county has ended, with months paid and deemed."""
    person = registry.person()
    registry.spell(person, "[2010-01-01,2020-01-01)", registry.employer())
    registry.spell(person, "[2020-03-01,2020-06-01)", area=OTHER_COUNTY)
    registry.months(person, "[2005-01-01,2010-01-01)", kind="deemed")
    registry.months(person, "[2010-01-01,2020-01-01)")
    registry.months(person, "[2010-01-01,2020-01-01)", line="unemployment")
    return person


def out(person: int, **more: Any) -> dict[str, Any]:
    return {
        "area": COUNTY,
        "person": person,
        "line": "medical",
        "certificate": "ZY-1",
        "other_area": OTHER_COUNTY,
        "on": "2020-02-10",
        "sum_fen": "1234.56",
    } | more


def come(person: int, **more: Any) -> dict[str, Any]:
    given = {"area": OTHER_COUNTY, "other_area": COUNTY, "on": "2020-03-01", "months": "2005-01..2019-12"}
    return out(person) | given | more


def money(registry: Registry, area: str) -> dict[str, int]:
    """What moved in the fund of personal accounts of an area, debit less credit."""
    found = balances(registry.conn, area, date.max)
    return {b.code: b.balance for b in found if b.fund == "personal_accounts" and b.debited + b.credited}


def test_P19_months_and_balance_leave_here_and_arrive_there_whole(registry: Registry, nation: Desk, mover: int) -> None:
    left = nation.both("transfer.out", **out(mover))
    assert (left["months"], left["count"], left["sum"]) == ("2005-01..2019-12", 180, "1234.56")
    assert left["kinds"] == {"deemed": "2005-01..2009-12", "paid": "2010-01..2019-12"}
    assert [row[0] for row in registry.counted(mover)] == ["unemployment"], "other insurances stay"
    assert money(registry, COUNTY) == {"transfer_spending": 123456, "expenditure_account": -123456}
    came = nation.both("transfer.in", **come(mover))
    assert (came["months"], came["counted"], came["left_out"]) == ("2005-01..2019-12", "2005-01..2019-12", "")
    assert registry.counted(mover)[0] == ("medical", "transferred", OTHER_COUNTY, "[2005-01-01,2020-01-01)")
    assert money(registry, OTHER_COUNTY) == {"special_account": 123456, "transfer_income": -123456}
    assert verify(registry.conn) is None


def test_P19_undone_the_later_first_all_is_as_before(registry: Registry, nation: Desk, mover: int) -> None:
    before = registry.counted(mover)
    left = nation.both("transfer.out", **out(mover))
    came = nation.both("transfer.in", **come(mover))
    with refused("transfer_followed"):
        nation.do("transfer.undo", transfer=left["transfer"], reason="误转")
    nation.both("transfer.undo", transfer=came["transfer"], reason="误转")
    assert nation.both("transfer.in", **come(mover))["counted"], "an undone certificate can come again"
    again = registry.one("SELECT max(id) FROM office.transfer")
    nation.both("transfer.undo", transfer=again, reason="误转")
    nation.both("transfer.undo", transfer=left["transfer"], reason="误转")
    assert registry.counted(mover) == before
    for area in (COUNTY, OTHER_COUNTY):
        assert set(money(registry, area).values()) == {0}
    assert registry.one("SELECT count(*) FROM ledger.entry WHERE reverses IS NOT NULL") == 3
    assert verify(registry.conn) is None
    with refused("transfer_ended"):
        nation.do("transfer.undo", transfer=left["transfer"], reason="误转")


def test_P19_the_same_certificate_again_is_refused(registry: Registry, nation: Desk, mover: int) -> None:
    nation.both("transfer.out", **out(mover))
    other = registry.person()
    registry.months(other, "[2015-01-01,2016-01-01)")
    with refused("transfer_exists"):
        nation.both("transfer.out", **out(other))
    nation.both("transfer.in", **come(mover))
    with refused("transfer_exists"):
        nation.both("transfer.in", **come(mover, overlap="keep_ours"))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"months": "2005-01..2019-11"}, "months 2019-12 went out"),
        ({"months": "2004-12..2019-12"}, "2004-12 comes in"),
        ({"sum_fen": "1234.55"}, r"sum 1234\.56 went out, 1234\.55 comes in"),
        ({"line": "unemployment", "sum_fen": "0"}, "line medical"),
        ({"area": "530103"}, "area"),
    ],
)
def test_P19_what_comes_in_is_what_went_out(
    registry: Registry, nation: Desk, mover: int, changed: dict[str, Any], says: str
) -> None:
    registry.conn.execute(
        "INSERT INTO office.area (code, parent, level, zh, en) "
        "VALUES ('530103', '530100', 'county', '盘龙区', 'Panlong')"
    )
    registry.spell(mover, "[2020-03-01,2020-06-01)", insurance="injury", area="530103")
    nation.both("transfer.out", **out(mover))
    with refused("transfer_differs", says):
        nation.both("transfer.in", **come(mover, **changed))
    with refused("transfer_differs", "person"):
        nation.both("transfer.in", **come(registry.person(changed.get("area", OTHER_COUNTY)), **changed))


def test_P19_a_month_that_counts_here_is_not_counted_twice(registry: Registry, desk: Desk, mover: int) -> None:
    given = come(mover, area=COUNTY, other_area=OUTSIDE, months="2003-01..2005-06,2019-12..2020-01")
    with refused("month_twice", "2005-01..2005-06,2019-12"):
        desk.both("transfer.in", **given)
    answer = desk.both("transfer.in", **given, overlap="keep_ours")
    assert answer["left_out"] == "2005-01..2005-06,2019-12"
    assert answer["counted"] == "2003-01..2004-12,2020-01"
    assert answer["count"] == 32, "the certificate carries them all the same"


def test_P19_what_others_left_out_because_of_it_is_not_taken_away(registry: Registry, desk: Desk, mover: int) -> None:
    first = desk.both("transfer.in", **come(mover, area=COUNTY, other_area=OUTSIDE, months="2000-01..2001-12"))
    second = desk.both(
        "transfer.in",
        **come(
            mover, area=COUNTY, other_area="370200", certificate="ZY-2", months="2001-06..2002-06", overlap="keep_ours"
        ),
    )
    assert second["left_out"] == "2001-06..2001-12"
    with refused("transfer_followed", "certificate ZY-2"):
        desk.do("transfer.undo", transfer=first["transfer"], reason="误转")
    desk.both("transfer.undo", transfer=second["transfer"], reason="误转")
    desk.both("transfer.undo", transfer=first["transfer"], reason="误转")
    assert len(registry.counted(mover)) == 3


def test_P19_in_is_not_undone_after_its_months_went_on(registry: Registry, nation: Desk, mover: int) -> None:
    nation.both("transfer.out", **out(mover))
    came = nation.both("transfer.in", **come(mover))
    nation.both(
        "transfer.out", **out(mover, area=OTHER_COUNTY, other_area=OUTSIDE, certificate="ZY-2", on="2021-01-01")
    )
    with refused("transfer_followed"):
        nation.do("transfer.undo", transfer=came["transfer"], reason="误转")


def test_P19_a_spell_that_goes_on_is_ended_first(registry: Registry, desk: Desk) -> None:
    person = registry.person()
    registry.spell(person, "[2010-01-01,)", way="flexible")
    registry.months(person, "[2010-01-01,2020-01-01)")
    with refused("transfer_spell_open"):
        desk.both("transfer.out", **out(person))


def test_P19_what_cannot_be(registry: Registry, desk: Desk, mover: int) -> None:
    with refused("transfer_same_area"):
        desk.both("transfer.out", **out(mover, other_area=COUNTY))
    with refused("transfer_sum_not_for_line"):
        desk.both("transfer.out", **out(mover, line="unemployment"))
    with refused("transfer_empty"):
        desk.both("transfer.out", **out(registry.person(), sum_fen="0"))
    with refused("day_in_future"):
        desk.both("transfer.out", **out(mover, on="2999-01-01"))
    given = come(mover, area=COUNTY, other_area=OUTSIDE)
    for months in ("2015", "2015-13", "2016-01..2015-12", "2015-01,2015-01", "2020-04", "2015-01..2015-02..2015-03"):
        with refused("months_invalid"):
            desk.both("transfer.in", **given | {"months": months})
    with refused("transfer_empty"):
        desk.both("transfer.in", **given | {"months": "", "sum_fen": "0"})
    with refused("transfer_unknown"):
        desk.do("transfer.undo", transfer=10**9, reason="误转")


def test_P19_the_balance_alone_can_go(registry: Registry, desk: Desk) -> None:
    person = registry.person()
    left = desk.both("transfer.out", **out(person))
    assert (left["months"], left["count"]) == ("", 0)
    nothing = registry.person()
    registry.months(nothing, "[2015-01-01,2016-01-01)")
    assert desk.both("transfer.out", **out(nothing, certificate="ZY-2", sum_fen="0"))["entry"] is None


def test_P19_in_before_out_is_undone_before_the_out(registry: Registry, nation: Desk, mover: int) -> None:
    nation.both("transfer.in", **come(mover, other_area=OUTSIDE, overlap="keep_ours"))
    with refused("transfer_order"):
        nation.both("transfer.out", **out(mover))


def test_P19_one_clerk_alone_moves_no_money_and_no_month(registry: Registry, desk: Desk, mover: int) -> None:
    before = registry.counted(mover)
    assert set(desk.do("transfer.out", **out(mover, sum_fen="9999999.00"))) == {"command", "would"}
    assert registry.counted(mover) == before
    assert money(registry, COUNTY) == {}
    with refused("argument_invalid"):
        desk.do("transfer.out", **out(mover, sum_fen="-1.00"))


def test_P19_only_where_he_lives_or_is_enrolled(registry: Registry, desk: Desk, nation: Desk, mover: int) -> None:
    elsewhere = registry.person(OTHER_COUNTY)
    with refused("area_outside"):
        desk.do("transfer.out", **out(elsewhere))
    with refused("area_outside"):
        desk.do("transfer.in", **come(elsewhere, area=COUNTY, other_area=OUTSIDE))
    registry.spell(elsewhere, "[2020-03-01,)")
    desk.both("transfer.in", **come(elsewhere, area=COUNTY, other_area=OUTSIDE))
    nation.both("transfer.out", **out(mover, area="532300", certificate="ZY-7"))  # the prefecture above the county


@pytest.mark.parametrize("other_area", [COUNTY, "532300", "530000"])
def test_P19_a_certificate_of_this_office_that_nobody_gave_out_is_refused(
    registry: Registry, nation: Desk, mover: int, other_area: str
) -> None:
    nation.both("transfer.out", **out(mover))
    with refused("transfer_unmatched"):
        nation.do("transfer.in", **come(mover, certificate="ZY-l", other_area=other_area))
    nation.both("transfer.in", **come(mover))


def test_P19_months_that_no_life_has_are_refused(registry: Registry, desk: Desk) -> None:
    person = registry.person(born="1950-03-31")
    given = come(person, area=COUNTY, other_area=OUTSIDE)
    with refused("months_invalid", "1950-01..1950-02: before the birth"):
        desk.do("transfer.in", **given | {"months": "1950-01..1951-01"})
    desk.do("person.report_death", person=person, on="2010-05-05", evidence="证明")
    with refused("after_life_event", "2010-06..2010-07"):
        desk.do("transfer.in", **given | {"months": "2010-01..2010-07"})
    assert desk.both("transfer.in", **given | {"months": "1950-03..2010-05"})["count"] == 723


def test_P19_a_closed_month_is_refused_and_nothing_moves(registry: Registry, desk: Desk, mover: int) -> None:
    close(registry.conn, COUNTY, date(2020, 2, 1))
    before = registry.counted(mover)
    with refused("month_closed"):
        desk.both("transfer.out", **out(mover))
    assert registry.counted(mover) == before
    assert registry.one("SELECT count(*) FROM office.transfer") == 0
    desk.both("transfer.out", **out(mover, on="2020-03-01"))


def test_P19_rights(registry: Registry, desk: Desk, mover: int) -> None:
    rights_hold(registry.conn, "transfer.out", out(mover), two_people=True)
    given = come(mover, area=COUNTY, other_area=OUTSIDE, months="2000-01")
    rights_hold(registry.conn, "transfer.in", given, two_people=True)
    made = desk.both("transfer.in", **given)["transfer"]
    rights_hold(registry.conn, "transfer.undo", {"transfer": made, "reason": "误转"}, two_people=True)
