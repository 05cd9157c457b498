"""Atheris on the law reader: any bytes are law, or are refused as law. Run by test_fuzz.py, or for hours by hand:

python -m tests.fuzz.law_reader CORPUS_FOLDER -max_total_time=3600
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["tongchou.law"]):
    from tongchou.law import LawError
    from tongchou.law.check import load_checked_scheme
    from tongchou.law.findings import Finding
    from tongchou.law.tables import Attribute, Scheme
    from tongchou.rules.settlement.counter import kernel_for, settle_one

DAYS = (738_000, 738_644)
PLACE = Path(tempfile.mkdtemp(prefix="tongchou-fuzz-")) / "law.yaml"


def one_input(data: bytes) -> None:
    """Read, check and, where it is taken, settle by it: nothing but ``LawError`` may come of a file."""
    PLACE.write_bytes(data)
    scheme, found = _read()
    assert all(f.code and f.place.line >= 1 and f.expected for f in found)
    assert (scheme is None) == bool(found)
    for day in DAYS if scheme else ():
        assert scheme is not None
        _settle(scheme, day)


def _read() -> tuple[Scheme | None, tuple[Finding, ...]]:
    """The scheme, or why it is none."""
    try:
        return load_checked_scheme(PLACE), ()
    except LawError as error:
        return None, error.findings


def _settle(scheme: Scheme, day: int) -> None:
    """A claim of every category; ``settle_one`` asserts that each adds up to its bill."""
    kernel = kernel_for(scheme, day)
    by_name = {a.name: a for a in scheme.attributes}
    for category in range(len(scheme.categories)):
        claim = {n: _usual(by_name[n]) if n in by_name else 0 for n in kernel.inputs}
        settle_one(scheme, claim | {"day": day, "category": category, "in_scope": 1_234_567})


def _usual(a: Attribute) -> int:
    return a.default if a.default is not None else (a.low or 0)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
