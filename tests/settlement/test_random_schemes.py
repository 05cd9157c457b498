"""Schemes nobody wrote: over the whole language the generated kernel says what the plain reference says."""

from __future__ import annotations

import os

from hypothesis import given, note, settings
from hypothesis import strategies as st

from .compare import check_batch, check_counter
from .schemes import scheme_files, scheme_of
from .strategies import persons

EXAMPLES = int(os.environ.get("SETTLEMENT_EXAMPLES", "25"))
"""Raise it to look for disagreements at length."""


@settings(max_examples=EXAMPLES)
@given(scheme_files(), st.data())
def test_batch_of_any_scheme(text: str, data: st.DataObject) -> None:
    """Any scheme over the supported words, any persons: batch and reference agree on every column."""
    note(text)
    scheme = scheme_of(text)
    check_batch(scheme, data.draw(persons(scheme, most=2, claims=8)))


@settings(max_examples=EXAMPLES)
@given(scheme_files(), st.data())
def test_counter_of_any_scheme(text: str, data: st.DataObject) -> None:
    """Any scheme, claim after claim at the counter: amounts and every running total are the reference's."""
    note(text)
    scheme = scheme_of(text)
    check_counter(scheme, data.draw(persons(scheme, most=1, claims=8, one_rows=True))[0])
