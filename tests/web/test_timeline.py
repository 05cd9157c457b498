"""The years of a person, drawn: every spell within the picture, in its place, whatever the days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.conftest import HERE, Answer, Site
from tongchou.interfaces.web.timeline import MOST_TICKS, WIDTH, timeline
from tongchou.office.frame import secrecy
from tongchou.office.frame.access import actor
from tongchou.office.operations import run
from tongchou.office.registry.numbers import check_sign
from tongchou.office.registry.spells import INSURANCES, STATUSES

TODAY = date(2023, 6, 30)
DESK: Any = SimpleNamespace(today=TODAY, t=lambda zh, en: zh)


@dataclass(frozen=True)
class Spell:
    insurance: str
    status: str
    begins: date
    last_day: date | None


DAYS = st.dates(date(1950, 1, 1), date(2030, 12, 31))
SPELLS = st.builds(
    lambda insurance, status, begins, days: Spell(
        insurance, status, begins, None if days is None else begins + timedelta(days=days)
    ),
    st.sampled_from(sorted(INSURANCES)),
    st.sampled_from(sorted(STATUSES)),
    DAYS,
    st.none() | st.integers(0, 9000),
)


@given(st.lists(SPELLS, min_size=1, max_size=8))
def test_every_spell_lies_in_the_picture_in_the_order_of_its_days(spells: list[Spell]) -> None:
    drawn = timeline(DESK, spells)
    assert drawn is not None
    bars = [b for _, row in drawn.rows for b in row]
    assert len(bars) == len(spells)
    assert all(b.x >= 0 and b.width >= 3 and b.x + b.width <= WIDTH + 3 for b in bars)
    assert 0 <= drawn.now <= WIDTH
    for _, row in drawn.rows:
        assert [b.x for b in row] == sorted(b.x for b in row)
    assert (drawn.ticks[0], drawn.ticks[-1]) == (0, WIDTH)
    assert len({b - a for a, b in zip(drawn.years, drawn.years[1:], strict=False)}) == 1
    assert len(drawn.years) <= MOST_TICKS


def test_an_open_spell_reaches_today_and_a_closed_one_its_last_day() -> None:
    spells = [
        Spell("medical_employee", "active", date(2020, 1, 1), date(2021, 12, 31)),
        Spell("medical_employee", "retired", date(2022, 1, 1), None),
    ]
    drawn = timeline(DESK, spells)
    assert drawn is not None
    assert drawn.years == (2020, 2021, 2022, 2023, 2024)
    ((name, (closed, running)),) = drawn.rows
    assert (name, closed.x, closed.x + closed.width, running.x) == ("职工基本医疗保险", 0, 499, 500)
    assert running.x + running.width == drawn.now
    assert [b.said for b in (closed, running)] == ["在职 2020-01-01 — 2021-12-31", "退休 2022-01-01 — 至今"]
    assert timeline(DESK, []) is None


def test_the_card_draws_what_is_known_now(site: Site) -> None:
    seed = "53230119780312001"
    spell = {"area": HERE, "insurance": "medical_employee", "way": "flexible", "status": "active",
             "begins": "2022-01-01"}  # fmt: skip
    with pytest.MonkeyPatch.context() as patch, psycopg.connect(site.address, autocommit=True) as conn:
        patch.setenv("TONGCHOU_DATA", str(site.log.parent))
        secrecy.forget()
        clerk = actor(conn, "clerk")
        named = {"area": HERE, "name": "年表人", "number": seed + check_sign(seed)}
        person = run(conn, clerk, "person.add", named)["person"]
        bare = _card(site, person)
        run(conn, clerk, "enrolment.begin", {**spell, "person": person})
    secrecy.forget()
    assert 'class="timeline"' not in bare.text
    card = _card(site, person)
    assert ("在职 2022-01-01 — 至今" in card.text, "无记录" in card.words) == (True, True)


def _card(site: Site, person: int) -> Answer:
    return site.browser("clerk").post(f"/office/people/{person}/", {"purpose": "handling", "look": "1"})
