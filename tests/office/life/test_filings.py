"""R14 voluntary filing, K02 acknowledgement of a lower early pension: dated, revocable."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.office.life.conftest import Desk, Registry, refused, rights_hold
from tongchou.office.frame.lawbook import current
from tongchou.office.registry.life.filings import acknowledged, filed_voluntarily


@pytest.fixture
def retiree(registry: Registry) -> int:
    person = registry.person()
    registry.spell(person, "[2010-01-01,)", registry.employer(standing="unmanaged"), status="retired")
    return person


def filing(person: int, on: str = "2021-06-01") -> dict[str, Any]:
    return {"person": person, "on": on, "evidence": "自愿备案表"}


def test_R14_without_a_filing_nothing_is_asked_and_with_one_until_revoked(
    registry: Registry, desk: Desk, retiree: int
) -> None:
    assert not filed_voluntarily(registry.conn, retiree, date(2021, 6, 1))
    made = desk.do("filing.file_voluntary", **filing(retiree))
    assert [filed_voluntarily(registry.conn, retiree, date(2021, m, 1)) for m in (5, 6, 12)] == [False, True, True]
    desk.do("filing.revoke", filing=made["filing"], on="2022-01-01", reason="本人申请")
    assert [filed_voluntarily(registry.conn, retiree, date(y, 6, 1)) for y in (2021, 2022)] == [True, False]
    desk.do("filing.file_voluntary", **filing(retiree, "2023-01-01"))
    assert filed_voluntarily(registry.conn, retiree, date(2023, 1, 1))


def test_R14_only_a_retiree_of_a_unit_that_nobody_manages(registry: Registry, desk: Desk, retiree: int) -> None:
    managed, active = registry.person(), registry.person()
    registry.spell(managed, "[2010-01-01,)", registry.employer(standing="hardship"), status="retired")
    registry.spell(active, "[2010-01-01,)", registry.employer(standing="unmanaged"))
    for person in (managed, active, registry.person()):
        with refused("unit_is_managed"):
            desk.do("filing.file_voluntary", **filing(person))
    with refused("unit_is_managed"):
        desk.do("filing.file_voluntary", **filing(retiree, "2009-12-31"))
    with refused("day_in_future"):
        desk.do("filing.file_voluntary", **filing(retiree, "2999-01-01"))


def test_R14_one_filing_at_a_time(desk: Desk, retiree: int) -> None:
    made = desk.do("filing.file_voluntary", **filing(retiree))["filing"]
    with refused("filing_overlaps"):
        desk.do("filing.file_voluntary", **filing(retiree, "2022-01-01"))
    desk.do("filing.revoke", filing=made, on="2021-06-01", reason="误备案")
    with refused("filing_ended"):
        desk.do("filing.revoke", filing=made, on="2021-06-01", reason="误备案")
    with refused("filing_unknown"):
        desk.do("filing.revoke", filing=10**9, on="2021-06-01", reason="误备案")


def test_R14_rights(registry: Registry, desk: Desk, retiree: int) -> None:
    rights_hold(registry.conn, "filing.file_voluntary", filing(retiree), two_people=False)
    made = desk.do("filing.file_voluntary", **filing(retiree))["filing"]
    given = {"filing": made, "on": "2022-01-01", "reason": "本人申请"}
    rights_hold(registry.conn, "filing.revoke", given, two_people=False)


def shown(registry: Registry, person: int, **more: Any) -> dict[str, Any]:
    version = current(registry.conn)
    assert version is not None
    given = {"early": "2100.00", "normal": "2650.40", "law_version": version.version, "on": "2024-03-01"}
    return given | {"person": person, "evidence": "签字告知书"} | more


def test_K02_the_figures_shown_are_kept_and_the_application_may_follow(registry: Registry, desk: Desk) -> None:
    person = registry.person()
    assert not acknowledged(registry.conn, person, date(2024, 3, 1))
    answer = desk.do("filing.acknowledge_early", **shown(registry, person))
    assert (answer["early"], answer["normal"]) == ("2100.00", "2650.40")
    assert [acknowledged(registry.conn, person, date(2024, m, 1)) for m in (2, 3)] == [False, True]
    desk.do("filing.revoke", filing=answer["filing"], on="2024-04-01", reason="重新测算")
    assert [acknowledged(registry.conn, person, date(2024, m, 1)) for m in (3, 4)] == [True, False]


def test_K02_refused_figures(registry: Registry, desk: Desk) -> None:
    person = registry.person()
    for early in ("2650.40", "2650.41"):
        with refused("early_not_lower"):
            desk.do("filing.acknowledge_early", **shown(registry, person, early=early))
    with refused("law_unknown"):
        desk.do("filing.acknowledge_early", **shown(registry, person, law_version="0" * 16))
    with refused("day_in_future"):
        desk.do("filing.acknowledge_early", **shown(registry, person, on="2999-01-01"))


def test_K02_rights(registry: Registry) -> None:
    rights_hold(registry.conn, "filing.acknowledge_early", shown(registry, registry.person()), two_people=False)


def test_R14_K02_filings_go_along_with_a_merge_and_come_back(registry: Registry, desk: Desk, retiree: int) -> None:
    winner, day = registry.person(), date(2024, 6, 1)
    desk.do("filing.file_voluntary", **filing(retiree))
    desk.do("filing.acknowledge_early", **shown(registry, retiree))
    made = desk.both("person.merge", loser=retiree, winner=winner, reason="同一人")["merge"]
    held = "SELECT array_agg(DISTINCT person) FROM office.filing WHERE recorded_to = 'infinity'"
    assert registry.one(held) == [winner]
    assert filed_voluntarily(registry.conn, winner, day)
    assert filed_voluntarily(registry.conn, retiree, day), "asked of either number"
    desk.both("person.unmerge", merge=made, reason="确为两人")
    assert registry.one(held) == [retiree]
    assert not acknowledged(registry.conn, winner, day)
