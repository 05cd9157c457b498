"""Dates and times of whole columns give what the calendar of the standard library gives."""

from __future__ import annotations

import re
from datetime import date, datetime

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou.interfaces.files.times import month_of, read_dates, read_months, read_times

near_dates = st.from_regex(r"[0-9]{4}-[0-3][0-9x]-[0-3][0-9]", fullmatch=True)
near_times = st.from_regex(r"20[0-9]{2}-0[0-9]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9]:[0-6][0-9]", fullmatch=True)
near_months = st.from_regex(r"[0-9]{4}[-x][01][0-9]", fullmatch=True)


@st.composite
def spoilt(draw: st.DrawFn, good: st.SearchStrategy[str]) -> str:
    """A text, or the same with one character put in another's place."""
    text = draw(good)
    if draw(st.booleans()):
        return text
    at = draw(st.integers(0, len(text) - 1))
    return text[:at] + draw(st.sampled_from("0x-:T .٣１\x00")) + text[at + 1 :]


iso_dates = st.dates().map(date.isoformat)
iso_times = st.datetimes().map(lambda d: d.replace(microsecond=0).isoformat())


def day(text: str | None) -> int | None:
    if text is None or re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII) is None:
        return None
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return None


def moment(text: str | None) -> int | None:
    if text is None or re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}", text, re.ASCII) is None:
        days = day(text)
        return None if days is None else days * 86400
    try:
        found = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        return None
    if found.isoformat() != text:
        return None
    return found.toordinal() * 86400 + found.hour * 3600 + found.minute * 60 + found.second


def found(pair: tuple[np.ndarray, np.ndarray]) -> list[int | None]:
    return [value if ok else None for value, ok in zip(pair[0].tolist(), pair[1].tolist(), strict=True)]


dates = st.one_of(st.none(), near_dates, iso_dates, spoilt(iso_dates), st.text(max_size=11))


@given(st.lists(dates, max_size=20), st.integers(0, 2))
@settings(deadline=None, max_examples=300)
def test_dates(texts: list[str | None], cut: int) -> None:
    assert found(read_dates(pa.array(texts, pa.string()).slice(cut))) == [day(t) for t in texts[cut:]]


@given(st.lists(st.one_of(dates, near_times, iso_times, spoilt(iso_times)), max_size=20))
@settings(deadline=None, max_examples=300)
def test_times(texts: list[str | None]) -> None:
    assert found(read_times(pa.array(texts, pa.string()))) == [moment(t) for t in texts]


@given(st.lists(st.one_of(st.none(), near_months, spoilt(iso_dates.map(lambda d: d[:7]))), max_size=20))
@settings(deadline=None)
def test_months(texts: list[str | None]) -> None:
    def month(text: str | None) -> int | None:
        days = None if text is None else day(text + "-01")
        return None if days is None else date.fromordinal(days).year * 12 + date.fromordinal(days).month - 1

    assert found(read_months(pa.array(texts, pa.string()))) == [month(t) for t in texts]


@given(st.lists(st.dates(), min_size=1))
@settings(deadline=None)
def test_the_month_of_a_day(days: list[date]) -> None:
    ordinals = np.array([d.toordinal() for d in days], np.int64)
    assert month_of(ordinals).tolist() == [d.year * 12 + d.month - 1 for d in days]
