"""Two time axes: what was in force on a day, as known on a day; against a reading day by day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou.law import Law, NoRule, load
from tongchou.law.check import check_law
from tongchou.law.check_time import check_time
from tongchou.law.tables import NO_END, Cell, Cite, Const, Value, Version
from tongchou.law.timeline import missing_days, timeline
from tongchou.law.which import parameter_on

from .overlays import document, overlay, parameter, scheme

FIRST, LAST = 100, 130


def version(start: int, end: int | None, known: int, number: int) -> Version:
    cite = Cite(str(number), "d", "c", "official", start, end, known, "f", number)
    return Version(start, end, (Cell((), Const(number)),), cite)


@st.composite
def values(draw: st.DrawFn) -> Value:
    """Versions in order, open or with an end of their own, all before a common last day or none."""
    limit = draw(st.sampled_from([None, LAST]))
    result = []
    for number in range(draw(st.integers(1, 6))):
        start = draw(st.integers(FIRST, LAST - 1))
        end = draw(st.one_of(st.just(limit), st.integers(start + 1, LAST - 1 if start + 1 < LAST else LAST)))
        result.append(version(start, end, draw(st.integers(1, 4)), number))
    if all(v.end != limit for v in result):  # some version is open: the block's own end is known from it
        result.append(version(FIRST, limit, 1, len(result)))
    return Value("fen", tuple(sorted(result, key=lambda v: (v.start, v.cite.known))))


def slowly(value: Value, day: int, known: int | None, limit: int | None) -> Version | None:
    """The version in force on one day, from the words of the rule and nothing else."""
    seen = [v for v in value.versions if known is None or v.cite.known <= known]
    begun = [v for v in seen if v.start <= day]
    if not begun:
        return None
    latest = max(v.start for v in begun)
    alive = []
    for v in begun:
        is_open = v.end is None or v.end == limit
        if is_open and v.start < latest:
            continue  # a later one has begun: an open version is over for good
        if v.end is not None and day >= v.end:
            continue
        alive.append(v)
    return max(alive, key=lambda v: (v.start, v.cite.known), default=None)


@given(values(), st.sampled_from([None, 1, 2, 3, 4]))
@settings(max_examples=250, deadline=None, derandomize=True, database=None)
def test_timeline_is_the_reading_day_by_day(value: Value, known: int | None) -> None:
    limit = max((v.end or NO_END) for v in value.versions)
    line = timeline(value, known)
    for a, b in zip(line.versions, line.versions[1:], strict=False):
        assert a.end is not None
        assert a.start < a.end <= b.start
    for day in range(FIRST - 1, LAST + 2):
        wanted = slowly(value, day, known, None if limit == NO_END else limit)
        got = [v for v in line.versions if v.start <= day < (v.end or NO_END)]
        assert [v.cite for v in got] == ([] if wanted is None else [wanted.cite]), day


@given(values(), st.sampled_from([None, 1, 2, 3]))
@settings(max_examples=120, deadline=None, derandomize=True, database=None)
def test_missing_days_are_those_without_a_version(value: Value, known: int | None) -> None:
    line = timeline(value, known)
    gaps = missing_days(line, FIRST, LAST)
    for day in range(FIRST, LAST):
        held = any(v.start <= day < (v.end or NO_END) for v in line.versions)
        assert held != any(a <= day < b for a, b in gaps)


@given(values())
@settings(max_examples=120, deadline=None, derandomize=True, database=None)
def test_a_value_without_findings_has_one_answer(value: Value) -> None:
    """Where the check finds nothing, no day has two versions known alike, and none in between is bare."""
    if check_time(value, None, None, "x"):
        return
    limit = max((v.end or NO_END) for v in value.versions)
    for day in range(FIRST, LAST):
        ended = [
            v for v in value.versions if v.start <= day < (v.end or NO_END) and (v.end or NO_END) != limit
        ]
        for v in ended:
            rivals = [w for w in ended if w is not v and w.cite.known == v.cite.known]
            assert not rivals
    assert not missing_days(timeline(value), value.versions[0].start, value.versions[-1].start)


def test_a_temporary_value_does_not_bring_the_old_one_back() -> None:
    value = Value("fen", (version(100, None, 1, 0), version(110, 120, 1, 1)))
    line = timeline(value).versions
    assert [(v.start, v.end) for v in line] == [(100, 110), (110, 120)]


def test_an_implied_end_is_not_used_before_its_successor_is_known() -> None:
    value = Value("fen", (version(100, None, 1, 0), version(110, None, 105, 1)))
    assert [(v.start, v.end) for v in timeline(value, 104).versions] == [(100, None)]
    assert [(v.start, v.end) for v in timeline(value, 105).versions] == [(100, 110), (110, None)]


def test_a_correction_wins_once_it_is_known() -> None:
    value = Value("fen", (version(100, None, 1, 0), version(100, None, 120, 1)))
    assert [v.cite.id for v in timeline(value, 119).versions] == ["0"]
    assert [v.cite.id for v in timeline(value, 120).versions] == ["1"]
    assert [v.cite.id for v in timeline(value).versions] == ["1"]


# Through the tree


def day(text: str) -> int:
    return dt.date.fromisoformat(text).toordinal()


@pytest.fixture
def corrected(tmp_path: Path) -> Law:
    """85 from 2020, corrected to 80 in 2022, and 90 from 2023 decided in 2022-06."""
    rate = (
        "\n  - {from: 2020-01-01, value: 85}\n  - {from: 2020-01-01, value: 80, known: 2022-03-01}\n"
        "  - {from: 2023-01-01, value: 90, known: 2022-06-01}"
    )
    folder = overlay(
        tmp_path,
        {
            "documents/local.yaml": document("local"),
            "areas/370100/resident.yaml": scheme(rate),
            "areas/530100/retirement.yaml": parameter(rate.replace("\n  ", "\n    "), start="2020-01-01"),
        },
    )
    assert check_law(folder)[1] == []
    return load(folder)


@pytest.mark.parametrize(
    ("on", "known", "percent"),
    [
        ("2021-01-01", None, 80),
        ("2021-01-01", "2022-02-28", 85),
        ("2021-01-01", "2022-03-01", 80),
        ("2023-06-01", None, 90),
        ("2023-06-01", "2022-05-31", 80),
        ("2023-06-01", "2022-02-28", 85),
    ],
)
def test_a_scheme_as_known(corrected: Law, on: str, known: str | None, percent: int) -> None:
    layer = corrected.scheme("370100", "resident", day(known) if known else None).layers[0]
    assert layer.rate is not None
    held = [v for v in layer.rate.versions if v.start <= day(on) < (v.end or NO_END)]
    assert [c.expr for v in held for c in v.cells] == [Const(percent * 10**6)]


def test_a_scheme_not_yet_known_has_no_layer(corrected: Law) -> None:
    assert corrected.scheme("370100", "resident", day("2019-12-31")).layers == ()


def test_a_parameter_as_known(corrected: Law) -> None:
    def number(on: str, known: str | None) -> object:
        won = parameter_on(
            corrected, "530100", "retirement.required_months", day(on), day(known) if known else None
        )
        return won.version.cells[0].expr

    assert number("2020-06-01", None) == Const(80)
    assert number("2020-06-01", "2022-02-28") == Const(85)
    assert number("2020-06-01", "2022-03-01") == Const(80)
    with pytest.raises(NoRule):
        number("2020-06-01", "2008-01-01")


def test_a_reading_from_the_cache_is_the_same(corrected: Law) -> None:
    again = load(corrected.root)
    assert again.version == corrected.version
    assert again.schemes == corrected.schemes
    assert again.parameters == corrected.parameters
    assert again.documents == corrected.documents
