"""Written vectors of the scheme language, a file each under ``vectors``: law, claims, figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from .saying import look, settled
from .schemes import as_text, scheme_of

FILES = sorted((Path(__file__).parent / "vectors").glob("*.yaml"))


def _cases() -> list[Any]:
    found = []
    for file in FILES:
        vector = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        for name, case in vector["cases"].items():
            found.append(pytest.param(vector["laws"], case, id=f"{file.stem}-{name}"))
    return found


@pytest.mark.parametrize(("laws", "case"), _cases())
def test_vector(laws: dict[str, Any], case: dict[str, Any]) -> None:
    """Reference, counter and batch give the written figures of the vector, claim by claim."""
    scheme = scheme_of(as_text(laws[case["law"]]))
    claims = [{k: v for k, v in c.items() if k != "gives"} for c in case["claims"]]
    for i, (seen, claim) in enumerate(zip(settled(scheme, *claims), case["claims"], strict=True)):
        wanted = claim.get("gives", {})
        assert {k: look(seen, k) for k in wanted} == wanted, f"claim {i}"


def test_every_vector_is_there() -> None:
    """No vector file is empty, and each says which section it is of."""
    assert len(FILES) >= 15
    for file in FILES:
        vector = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        assert vector["of"]
        assert any("gives" in c for case in vector["cases"].values() for c in case["claims"])
