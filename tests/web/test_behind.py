"""Who or what a number means is said wherever one is asked for or approved."""

from __future__ import annotations

import psycopg
import pytest

from tests.web.conftest import HERE, Site
from tongchou.office.frame import secrecy
from tongchou.office.frame.access import actor
from tongchou.office.operations import run
from tongchou.office.registry.numbers import check_sign


def test_a_number_says_whom_it_means_to_who_may_read_it(site: Site) -> None:
    """On the form filled in, at the dry run, on the page of the second person: name and masked number."""
    seed = "53230119810506002"
    with pytest.MonkeyPatch.context() as patch, psycopg.connect(site.address, autocommit=True) as conn:
        patch.setenv("TONGCHOU_DATA", str(site.log.parent))
        secrecy.forget()
        clerk = actor(conn, "clerk")
        named = {"area": HERE, "name": "对照人", "number": seed + check_sign(seed)}
        person = run(conn, clerk, "person.add", named)["person"]
        report = {"person": person, "on": "2022-05-01", "evidence": "证明"}
        run(conn, clerk, "person.report_death", report)
        asked = run(conn, clerk, "person.undo_life_event", {"person": person, "reason": "误报"})["command"]
    secrecy.forget()
    said = "对照人 532"
    form = f"/office/operations/person.report_death/?person={person}"
    assert said in site.browser("clerk").get(form).words
    assert named["number"] not in site.browser("clerk").get(form).text
    assert said not in site.browser("far").get(form).words
    assert said in site.browser("reviewer").get(f"/office/commands/{asked}/").words
    for field, value in (("person", "999999999"), ("person", "x"), ("person", "9" * 30), ("nothing", "1")):
        page = site.browser("clerk").get(f"/office/operations/person.report_death/?{field}={value}")
        assert (page.status, "behind" in page.text) == (200, False)


def test_a_number_that_nobody_can_have_is_not_found(site: Site) -> None:
    long = "9" * 20
    for path in (f"/api/people/{long}?purpose=x", f"/api/people/{long}/totals?purpose=x"):
        answer = site.call("clerk", "GET", path)
        assert (answer.status, answer.json["code"]) == (404, "person_unknown"), path
    assert site.call("clerk", "GET", "/api/people/1/totals?purpose=x&year=99999999999999").status == 400
    look = {"purpose": "handling", "look": "1"}
    assert site.browser("clerk").post(f"/office/people/{long}/", look).status == 404
