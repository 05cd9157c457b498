"""Deaths and emigrations: reported late, reported wrongly, taken back."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from tests.office.life.conftest import Desk, Registry, refused, rights_hold
from tongchou.office.frame.access import actor
from tongchou.office.frame.operation import run


@pytest.fixture
def worker(registry: Registry) -> int:
    """Somebody with one spell over, two running, one to begin, and months paid ahead."""
    person, unit = registry.person(), registry.employer()
    registry.spell(person, "[2010-01-01,2015-01-01)", unit)
    registry.spell(person, "[2015-01-01,2024-06-01)", unit)
    registry.spell(person, "[2024-06-01,)", way="flexible")
    registry.spell(person, "[2015-01-01,)", unit, "large_expense")
    registry.months(person, "[2015-01-01,2024-07-01)")
    registry.months(person, "[2015-01-01,2025-01-01)", "large_expense")
    return person


def death(person: int, on: str = "2024-03-15") -> dict[str, Any]:
    return {"person": person, "on": on, "evidence": "死亡证明"}


def test_reported_late_every_spell_ends_with_the_day(registry: Registry, desk: Desk, worker: int) -> None:
    answer = desk.do("person.report_death", **death(worker))
    assert [row[5] for row in registry.picture(worker)] == [
        "[2015-01-01,2024-03-16)",
        "[2010-01-01,2015-01-01)",
        "[2015-01-01,2024-03-16)",
    ]
    assert [(e["insurance"], e["begins"], e["kept"] is None) for e in answer["ended"]] == [
        ("medical_employee", "2015-01-01", False),
        ("large_expense", "2015-01-01", False),
        ("medical_employee", "2024-06-01", True),
    ]
    assert [(m["line"], m["months"]) for m in answer["months_after"]] == [
        ("large_expense", "2024-04..2024-12"),
        ("medical", "2024-04..2024-06"),
    ]
    assert len(registry.counted(worker)) == 2, "levy refunds them; here they stay"


def test_what_was_known_before_the_report_is_kept(registry: Registry, desk: Desk, worker: int) -> None:
    before = registry.one("SELECT clock_timestamp()")
    desk.do("person.report_death", **death(worker))
    known = "SELECT count(*) FROM office.enrolment WHERE person = %s AND recorded_from <= %s AND recorded_to > %s"
    assert registry.one(known, worker, before, before) == 4
    assert registry.one(known, worker, *[registry.one("SELECT clock_timestamp()")] * 2) == 3
    moments = registry.conn.execute(
        "SELECT DISTINCT recorded_to FROM office.enrolment WHERE person = %s AND recorded_to <> 'infinity' UNION "
        "SELECT recorded_from FROM office.life_event",
        [worker],
    ).fetchall()
    assert len(moments) == 1, "old rows end at the moment at which new ones begin"


def test_undone_the_picture_is_the_one_before(registry: Registry, desk: Desk, worker: int) -> None:
    before = registry.picture(worker)
    desk.do("person.report_death", **death(worker))
    assert registry.picture(worker) != before
    answer = desk.both("person.undo_life_event", person=worker, reason="同名误报")
    assert registry.picture(worker) == before
    assert len(answer["spells_back"]) == 3
    desk.do("person.report_death", **death(worker, "2024-05-01"))
    desk.both("person.undo_life_event", person=worker, reason="又误报")
    assert registry.picture(worker) == before


def test_emigration_ends_spells_as_a_death_does(registry: Registry, desk: Desk, worker: int) -> None:
    desk.do("person.report_emigration", person=worker, on="2014-12-31", evidence="护照")
    assert [row[5] for row in registry.picture(worker)] == ["[2010-01-01,2015-01-01)"]
    with refused("life_event_exists", "emigration"):
        desk.do("person.report_death", **death(worker))


def test_refused_days(registry: Registry, desk: Desk, worker: int) -> None:
    tomorrow = registry.one("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date") + timedelta(days=1)
    with refused("day_in_future"):
        desk.do("person.report_death", **death(worker, str(tomorrow)))
    with refused("day_before_birth", "1950-01-01"):
        desk.do("person.report_death", **death(worker, "1949-12-31"))
    desk.do("person.report_death", **death(worker, str(tomorrow - timedelta(days=1))))
    with refused("life_event_exists"):
        desk.do("person.report_death", **death(worker))
    with refused("person_unknown"):
        desk.do("person.report_death", **death(10**9))


def test_nobody_is_enrolled_past_his_death(registry: Registry, desk: Desk, worker: int) -> None:
    desk.do("person.report_death", **death(worker))
    with pytest.raises(psycopg.Error, match="after_life_event"):
        registry.spell(worker, "[2024-04-01,)", way="flexible")
    registry.spell(worker, "[2024-01-01,2024-03-16)", None, "maternity")


def test_undo_is_refused_where_nothing_is_or_a_spell_changed(registry: Registry, desk: Desk, worker: int) -> None:
    with refused("life_event_missing"):
        desk.do("person.undo_life_event", person=worker, reason="误报")
    desk.do("person.report_death", **death(worker))
    registry.conn.execute(
        "UPDATE office.enrolment SET recorded_to = now(), ended_by = 'x', ended_because = 'x' "
        "WHERE person = %s AND insurance = 'large_expense' AND recorded_to = 'infinity'",
        [worker],
    )
    with refused("changed_since"):
        desk.do("person.undo_life_event", person=worker, reason="误报")


def test_rights(registry: Registry, desk: Desk, worker: int) -> None:
    rights_hold(registry.conn, "person.report_death", death(worker), two_people=False)
    rights_hold(registry.conn, "person.report_emigration", death(worker), two_people=False)
    desk.do("person.report_death", **death(worker))
    rights_hold(registry.conn, "person.undo_life_event", {"person": worker, "reason": "误报"}, two_people=True)


def test_two_reports_at_once_are_one(office_address: str, registry: Registry, worker: int) -> None:
    found: list[str] = []

    def report(on: str) -> None:
        with psycopg.connect(office_address, autocommit=True) as conn:
            try:
                run(conn, actor(conn, "clerk"), "person.report_death", death(worker, on))
                found.append("done")
            except Exception as e:
                found.append(str(e).partition(":")[0])

    both = [threading.Thread(target=report, args=(f"2024-03-1{k}",)) for k in range(4)]
    for t in both:
        t.start()
    for t in both:
        t.join()
    assert sorted(found) == ["done"] + ["life_event_exists"] * 3
    assert registry.one("SELECT count(*) FROM office.life_event") == 1


def waiting(registry: Registry) -> None:
    """Until another session waits for a lock of this database."""
    for _ in range(200):
        if registry.one(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ):
            return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


def test_a_spell_being_written_by_whatever_way_is_waited_for(
    office_address: str, registry: Registry, worker: int
) -> None:
    answers: list[Any] = []

    def report() -> None:
        with psycopg.connect(office_address, autocommit=True) as conn:
            answers.append(run(conn, actor(conn, "clerk"), "person.report_death", death(worker)))

    with psycopg.connect(office_address) as other:
        made = Registry(other).spell(worker, "[2024-06-01,)", None, "maternity")
        thread = threading.Thread(target=report)
        thread.start()
        waiting(registry)
        other.commit()
        thread.join()
    assert made in [e["enrolment"] for e in answers[0]["ended"]]


def test_a_spell_written_while_a_death_is_reported_is_refused(
    office_address: str, registry: Registry, worker: int
) -> None:
    errors: list[str] = []

    def enrol() -> None:
        with psycopg.connect(office_address, autocommit=True) as conn:
            try:
                Registry(conn).spell(worker, "[2024-06-01,)", None, "maternity")
            except psycopg.Error as e:
                errors.append(str(e))

    with psycopg.connect(office_address) as other:
        run(other, actor(other, "clerk"), "person.report_death", death(worker))
        thread = threading.Thread(target=enrol)
        thread.start()
        waiting(registry)
        other.commit()
        thread.join()
    assert errors
    assert errors[0].startswith("after_life_event")
