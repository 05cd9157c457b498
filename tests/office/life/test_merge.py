"""Two records of one human being: merged, contradicting, parted again."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.office.conftest import COUNTY, OTHER_COUNTY
from tests.office.life.conftest import Desk, Registry, refused, rights_hold


@pytest.fixture
def two(registry: Registry) -> tuple[int, int, int]:
    """(loser, winner, unit): the loser worked before, and at the unit for two years of which the winner has one."""
    loser, winner, unit = registry.person(name="李四"), registry.person(name="李四"), registry.employer()
    registry.spell(loser, "[2010-01-01,2012-01-01)", registry.employer())
    registry.spell(loser, "[2015-01-01,2017-01-01)", unit)
    registry.spell(winner, "[2016-01-01,)", unit)
    registry.months(loser, "[2010-01-01,2012-01-01)")
    registry.months(loser, "[2015-01-01,2017-01-01)")
    registry.months(winner, "[2016-01-01,2020-01-01)")
    return loser, winner, unit


def merging(two: tuple[int, int, int]) -> dict[str, Any]:
    return {"loser": two[0], "winner": two[1], "reason": "户口核对为同一人"}


def test_spells_and_months_move_and_what_both_have_stays_once(
    registry: Registry, desk: Desk, two: tuple[int, int, int]
) -> None:
    answer = desk.both("person.merge", **merging(two))
    assert [row[5] for row in registry.picture(two[1])] == [
        "[2010-01-01,2012-01-01)",
        "[2015-01-01,2016-01-01)",
        "[2016-01-01,)",
    ]
    assert [row[3] for row in registry.counted(two[1])] == [
        "[2010-01-01,2012-01-01)",
        "[2015-01-01,2016-01-01)",
        "[2016-01-01,2020-01-01)",
    ]
    assert registry.picture(two[0]) == registry.counted(two[0]) == []
    assert [s["days"] for s in answer["same"]] == ["2016-01-01..2017-01-01"]
    assert answer["paid_twice"] == [{"line": "medical", "kind": "paid", "months": "2016-01..2016-12"}]
    assert answer["differs"] == ["masked"] or answer["differs"] == []
    assert "*" in answer["loser"]["number"]
    assert answer["loser"]["name"] == "李*"


def test_unmerged_both_are_as_before(registry: Registry, desk: Desk, two: tuple[int, int, int]) -> None:
    before = [(registry.picture(n), registry.counted(n)) for n in two[:2]]
    made = desk.both("person.merge", **merging(two))["merge"]
    answer = desk.both("person.unmerge", merge=made, reason="确为两人")
    assert [(registry.picture(n), registry.counted(n)) for n in two[:2]] == before
    assert (answer["changed"], answer["stays"]) == ([], [])
    with refused("merge_ended"):
        desk.do("person.unmerge", merge=made, reason="确为两人")
    desk.both("person.merge", **merging(two))
    assert len(registry.picture(two[1])) == 3, "it can be merged again"


def test_spells_begun_after_the_merge_stay_with_the_winner(
    registry: Registry, desk: Desk, two: tuple[int, int, int]
) -> None:
    made = desk.both("person.merge", **merging(two))["merge"]
    new = registry.spell(two[1], "[2018-01-01,)", two[2], "unemployment")
    answer = desk.both("person.unmerge", merge=made, reason="确为两人")
    assert [s["enrolment"] for s in answer["stays"]] == [new]
    assert [row[5] for row in registry.picture(two[1])] == ["[2016-01-01,)", "[2018-01-01,)"]
    assert [row[5] for row in registry.picture(two[0])] == ["[2010-01-01,2012-01-01)", "[2015-01-01,2017-01-01)"]


def test_a_moved_spell_that_was_changed_goes_back_as_it_is_now(registry: Registry, desk: Desk) -> None:
    loser, winner, unit = registry.person(), registry.person(), registry.employer()
    registry.spell(loser, "[2015-01-01,)", unit)
    made = desk.both("person.merge", loser=loser, winner=winner, reason="同一人")["merge"]
    registry.conn.execute(
        "UPDATE office.enrolment SET recorded_to = now(), ended_by = 'x', ended_because = 'left' "
        "WHERE person = %s AND recorded_to = 'infinity'",
        [winner],
    )
    registry.spell(winner, "[2015-01-01,2019-07-01)", unit)
    answer = desk.both("person.unmerge", merge=made, reason="确为两人")
    assert [row[5] for row in registry.picture(loser)] == ["[2015-01-01,2019-07-01)"]
    assert registry.picture(winner) == []
    assert len(answer["changed"]) == 1


@pytest.mark.parametrize("other", ["another unit", "resident", "other area"])
def test_contradicting_spells_are_refused_and_both_named(
    registry: Registry, desk: Desk, two: tuple[int, int, int], other: str
) -> None:
    days = "[2011-06-01,2013-01-01)"
    clash = {
        "another unit": lambda: registry.spell(two[1], days, two[2]),
        "resident": lambda: registry.spell(two[1], days, insurance="medical_resident", status="resident"),
        "other area": lambda: registry.spell(two[1], days, way="flexible", area=OTHER_COUNTY),
    }[other]()
    before = registry.picture(two[0])
    with refused("merge_contradicts", f"contradicts {clash}"):
        desk.do("person.merge", **merging(two))
    assert registry.picture(two[0]) == before


def test_contradicting_months_and_deaths_are_refused(registry: Registry, desk: Desk, two: tuple[int, int, int]) -> None:
    registry.months(two[1], "[2011-01-01,2011-03-01)", kind="transferred")
    with refused("merge_contradicts", "2011-01..2011-02"):
        desk.do("person.merge", **merging(two))
    one, other = registry.person(), registry.person()
    desk.do("person.report_death", person=one, on="2020-01-01", evidence="证明")
    with refused("merge_contradicts", "death 2020-01-01"):
        desk.do("person.merge", loser=one, winner=other, reason="同一人")
    desk.do("person.report_death", person=other, on="2020-01-01", evidence="证明")
    desk.both("person.merge", loser=one, winner=other, reason="同一人")


def test_a_record_given_up_is_not_used_any_more(registry: Registry, desk: Desk, two: tuple[int, int, int]) -> None:
    desk.both("person.merge", **merging(two))
    with refused("person_merged", f"person {two[1]}"):
        desk.do("person.report_death", person=two[0], on="2020-01-01", evidence="证明")
    with refused("person_merged"):
        desk.do("person.merge", **merging(two))
    with pytest.raises(psycopg.Error, match="person_merged"):
        registry.spell(two[0], "[2020-01-01,)", way="flexible")
    with pytest.raises(psycopg.Error, match="person_merged"):
        registry.months(two[0], "[2020-01-01,2020-02-01)")


def test_a_chain_is_parted_from_its_end(registry: Registry, desk: Desk, two: tuple[int, int, int]) -> None:
    third = registry.person(name="李四")
    first = desk.both("person.merge", **merging(two))["merge"]
    second = desk.both("person.merge", loser=two[1], winner=third, reason="同一人")["merge"]
    assert len(registry.picture(third)) == 3
    with refused("merge_order", f"merge {second}"):
        desk.do("person.unmerge", merge=first, reason="确为两人")
    desk.both("person.unmerge", merge=second, reason="确为两人")
    desk.both("person.unmerge", merge=first, reason="确为两人")
    assert len(registry.picture(two[0])) == 2


def died(desk: Desk, *persons: int) -> None:
    for person in persons:
        desk.do("person.report_death", person=person, on="2016-06-30", evidence="证明")


def test_a_death_undone_after_a_merge_restores_what_the_report_on_the_loser_cut(
    registry: Registry, desk: Desk, two: tuple[int, int, int]
) -> None:
    loser, winner, unit = two
    registry.spell(loser, "[2012-01-01,)", unit, "injury")
    registry.spell(loser, "[2018-01-01,)", unit, "maternity")
    before = [(registry.picture(n), registry.counted(n)) for n in (loser, winner)]
    died(desk, loser, winner)
    made = desk.both("person.merge", **merging(two))["merge"]
    answer = desk.both("person.undo_life_event", person=winner, reason="误报")
    assert [(row[0], row[5]) for row in registry.picture(winner)] == [
        ("injury", "[2012-01-01,)"),
        ("maternity", "[2018-01-01,)"),
        ("medical_employee", "[2010-01-01,2012-01-01)"),
        ("medical_employee", "[2015-01-01,2016-01-01)"),
        ("medical_employee", "[2016-01-01,)"),
    ]
    assert registry.one("SELECT count(*) FROM office.life_event WHERE recorded_to = 'infinity'") == 0
    (again,) = answer["merges"]
    assert again["was"] == made
    with refused("merge_ended"):
        desk.do("person.unmerge", merge=made, reason="确为两人")
    assert desk.both("person.unmerge", merge=again["now"], reason="确为两人")["changed"] == []
    assert [(registry.picture(n), registry.counted(n)) for n in (loser, winner)] == before


def test_a_death_is_undone_of_each_after_they_are_two_again(
    registry: Registry, desk: Desk, two: tuple[int, int, int]
) -> None:
    before = [registry.picture(n) for n in two[:2]]
    died(desk, *two[:2])
    made = desk.both("person.merge", **merging(two))["merge"]
    desk.both("person.unmerge", merge=made, reason="确为两人")
    for person in two[:2]:
        desk.both("person.undo_life_event", person=person, reason="误报")
    assert [registry.picture(n) for n in two[:2]] == before


def test_a_death_reported_while_they_were_one_is_the_winners_once_they_are_two(
    registry: Registry, desk: Desk, two: tuple[int, int, int]
) -> None:
    before = [registry.picture(n) for n in two[:2]]
    made = desk.both("person.merge", **merging(two))["merge"]
    died(desk, two[1])
    answer = desk.both("person.unmerge", merge=made, reason="确为两人")
    assert (answer["changed"], answer["stays"]) == ([], [])
    assert registry.picture(two[0]) == before[0]
    assert [row[5] for row in registry.picture(two[1])] == ["[2016-01-01,2016-07-01)"]
    desk.both("person.undo_life_event", person=two[1], reason="误报")
    assert [registry.picture(n) for n in two[:2]] == before


def test_no_unmerge_while_a_transfer_from_before_the_death_was_undone_rests_on_it(
    registry: Registry, desk: Desk
) -> None:
    loser, winner = registry.person(), registry.person()
    registry.months(loser, "[2010-01-01,2012-01-01)")
    died(desk, loser, winner)
    desk.both("person.merge", loser=loser, winner=winner, reason="同一人")
    given = {"area": COUNTY, "person": winner, "line": "medical", "other_area": "110000", "on": "2020-02-10"}
    desk.both("transfer.out", **given, certificate="ZY-9")
    (again,) = desk.both("person.undo_life_event", person=winner, reason="误报")["merges"]
    with refused("transfer_followed"):
        desk.do("person.unmerge", merge=again["now"], reason="并非一人")


def test_days_given_up_for_those_of_an_earlier_merge_are_not_taken_away_with_it(registry: Registry, desk: Desk) -> None:
    unit, winner = registry.employer(), registry.person()
    first, second = registry.person(), registry.person()
    for person in (first, second):
        registry.spell(person, "[2010-01-01,)", unit)
        registry.months(person, "[2010-01-01,2012-01-01)")
    one = desk.both("person.merge", loser=first, winner=winner, reason="同一人")["merge"]
    two = desk.both("person.merge", loser=second, winner=winner, reason="同一人")["merge"]
    with refused("merge_order", f"merge {two}"):
        desk.do("person.unmerge", merge=one, reason="并非一人")
    for merge in (two, one):
        desk.both("person.unmerge", merge=merge, reason="并非一人")
    assert [(len(registry.picture(n)), len(registry.counted(n))) for n in (first, second, winner)] == [(1, 1)] * 2 + [
        (0, 0)
    ]


def test_what_cannot_be(registry: Registry, desk: Desk, two: tuple[int, int, int]) -> None:
    with refused("merge_itself"):
        desk.do("person.merge", loser=two[0], winner=two[0], reason="同一人")
    with refused("merge_unknown"):
        desk.do("person.unmerge", merge=10**9, reason="确为两人")
    with refused("person_unknown"):
        desk.do("person.merge", loser=10**9, winner=two[0], reason="同一人")
    elsewhere = registry.person(area=OTHER_COUNTY)
    with refused("area_outside"):
        desk.do("person.merge", loser=elsewhere, winner=two[0], reason="同一人")


def test_rights(registry: Registry, desk: Desk, two: tuple[int, int, int]) -> None:
    rights_hold(registry.conn, "person.merge", merging(two), two_people=True)
    made = desk.both("person.merge", **merging(two))["merge"]
    rights_hold(registry.conn, "person.unmerge", {"merge": made, "reason": "确为两人"}, two_people=True)


def test_P19_a_transfer_is_undone_after_a_merge(registry: Registry, desk: Desk, two: tuple[int, int, int]) -> None:
    out = {"area": "532301", "person": two[0], "line": "medical", "other_area": "370100", "on": "2020-01-01"}
    made = desk.both("transfer.out", **out, certificate="ZY-9", sum_fen="5.00")["transfer"]
    registry.conn.execute(
        "UPDATE office.months SET recorded_to = now(), ended_by = 'x', ended_because = 'x' "
        "WHERE person = %s AND recorded_to = 'infinity'",
        [two[1]],
    )
    desk.both("person.merge", **merging(two))
    desk.both("transfer.undo", transfer=made, reason="误转")
    assert [row[3] for row in registry.counted(two[1])] == ["[2010-01-01,2012-01-01)", "[2015-01-01,2017-01-01)"]


def test_P19_no_unmerge_while_a_transfer_rests_on_what_was_moved(registry: Registry, desk: Desk) -> None:
    loser, winner = registry.person(), registry.person()
    registry.months(loser, "[2010-01-01,2012-01-01)")
    registry.months(winner, "[2012-01-01,2014-01-01)")
    before = registry.counted(loser), registry.counted(winner)
    merged = desk.both("person.merge", loser=loser, winner=winner, reason="同一人")["merge"]
    given = {"area": COUNTY, "person": winner, "line": "medical", "other_area": "110000", "on": "2020-02-10"}
    made = desk.both("transfer.out", **given, certificate="ZY-9")
    assert made["months"] == "2010-01..2013-12"
    with refused("transfer_followed"):
        desk.do("person.unmerge", merge=merged, reason="并非一人")
    desk.both("transfer.undo", transfer=made["transfer"], reason="误转")
    parted = desk.both("person.unmerge", merge=merged, reason="并非一人")
    assert parted["changed"] == []
    assert (registry.counted(loser), registry.counted(winner)) == before
