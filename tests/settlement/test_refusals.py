"""Words and values of a scheme file that no kernel could reckon are refused by name when the file is read."""

from __future__ import annotations

from typing import Any

import pytest

from tongchou.law.findings import LawError

from .schemes import as_text, scheme_of


@pytest.mark.parametrize(
    ("layer", "code"),
    [
        ({"name": "a", "rate": {"index": "wage", "times": 1}}, "not_supported"),
        ({"name": "a", "rate": {"attr": "days"}}, "not_supported"),
        (
            {"name": "a", "rate": 5, "modifiers": [{"op": "factor", "value": {"sum": [1, 2]}}]},
            "not_supported",
        ),
        ({"name": "total", "rate": 5}, "bad_name"),
        ({"name": "a", "rate": 5, "caps": [{"amount": 1, "pool": "admissions"}]}, "bad_name"),
        ({"name": "a", "rate": 5, "payer": "own"}, "missing_key"),
        ({"name": "a", "rate": 5, "catch_up": "true"}, "wrong_type"),
    ],
)
def test_refused_by_name(layer: dict[str, Any], code: str) -> None:
    """A value without meaning, a name of the settlement itself, words that do not go together: a finding."""
    with pytest.raises(LawError) as refused:
        scheme_of(as_text({"index": {"wage": 1000}, "layers": [layer]}))
    assert code in {f.code for f in refused.value.findings}
