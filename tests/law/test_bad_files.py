"""Every broken scheme file in ``bad/`` is refused with code, line, what was expected and what was found.

A file's head says what must come of it; ``# <-`` marks the line of the fault (``# line:`` where no comment
can stand).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tongchou.law import LawError
from tongchou.law.check import load_checked_scheme

BAD = Path(__file__).parent / "bad"
_HEAD = re.compile(r"# (code|line|found|fix): (.+)")


def head_of(path: Path) -> dict[str, str]:
    """What the file's own head demands, and the marked line."""
    lines = path.read_bytes().decode("utf-8", "replace").splitlines()
    told = dict(m.groups() for m in map(_HEAD.match, lines) if m)
    marked = [str(i) for i, line in enumerate(lines, 1) if line.endswith("# <-")]
    return {"line": marked[0], **told} if marked else told


@pytest.mark.parametrize("path", sorted(BAD.glob("*.yaml")), ids=lambda p: p.stem)
def test_bad_file(path: Path) -> None:
    wanted = head_of(path)
    assert wanted["code"] == path.stem.partition("-")[0]
    with pytest.raises(LawError) as caught:
        load_checked_scheme(path)
    findings = caught.value.findings
    assert all(f.code and f.expected and f.found for f in findings)
    assert all(f.place.file == str(path) and f.place.line >= 1 for f in findings)
    named = [f for f in findings if f.code == wanted["code"] and f.place.line == int(wanted["line"])]
    assert named, str(caught.value)
    assert any(wanted.get("found", "") in f.found and wanted.get("fix", "") in f.fix for f in named), str(
        caught.value
    )
    for f in named:
        assert f.code in f.sentence()
        assert f"{path}:{f.place.line}" in f.sentence()


@pytest.mark.parametrize("name", ["gap", "overlap", "overlap-both_end", "overlap-same_day", "duplicate_key"])
def test_both_places_are_shown(name: str) -> None:
    with pytest.raises(LawError) as caught:
        load_checked_scheme(BAD / f"{name}.yaml")
    assert all(f.other is not None and f.other != f.place for f in caught.value.findings)


def test_a_plain_fault_has_no_followers() -> None:
    """One misspelt key is one finding, not a page of them."""
    for name in ("unknown_key", "unknown_word", "not_a_date", "out_of_range", "wrong_type", "duplicate_name"):
        with pytest.raises(LawError) as caught:
            load_checked_scheme(BAD / f"{name}.yaml")
        assert len(caught.value.findings) == 1, str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LawError) as caught:
        load_checked_scheme(tmp_path / "none.yaml")
    assert [f.code for f in caught.value.findings] == ["law_unreadable"]
    with pytest.raises(LawError, match="law_unreadable"):
        load_checked_scheme(tmp_path)


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * 4_000_001)
    with pytest.raises(LawError, match="law_unreadable"):
        load_checked_scheme(path)
