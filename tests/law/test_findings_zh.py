"""Findings in Chinese: every code has its sentence, and the words of the bad files are translated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.test_errors_documented import documented, law_findings
from tongchou.law import LawError
from tongchou.law.check import load_checked_scheme
from tongchou.law.findings import Finding, Place
from tongchou.law.findings_zh import HEADS, PHRASES, phrase_zh

BAD = Path(__file__).parent / "bad"
ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}")
STILL_ENGLISH = ("not_yaml", "not_supported")
"""What the YAML library says, and what a word of a later version would do."""


def test_every_code_has_its_chinese() -> None:
    assert set(HEADS) == law_findings()
    page = documented("Law findings")
    assert {code: page[code][4] for code in HEADS} == HEADS


@pytest.mark.parametrize("path", sorted(BAD.glob("*.yaml")), ids=lambda p: p.stem)
def test_bad_files_are_told_in_chinese(path: Path) -> None:
    with pytest.raises(LawError) as caught:
        load_checked_scheme(path)
    for f in caught.value.findings:
        told = f.sentence("zh")
        assert told.startswith(f"{f.place}：{f.code}")
        assert re.search(r"[\u4e00-\u9fff]", told)
        assert "expected " not in told.replace("not find expected", "")
        if f.code not in STILL_ENGLISH:
            quoted = re.sub(r"'[^']*'", "", told.removeprefix(str(f.place)))
            assert not ENGLISH.search(quoted), told


def test_phrases() -> None:
    assert phrase_zh("did you mean 'rate'?") == "是否想写 'rate'？"
    assert phrase_zh("2023-01-01 to 2024-01-01") == "2023-01-01 至 2024-01-01"
    assert phrase_zh("something new to the table") == "something new to the table"
    assert phrase_zh("the pool 'x' of caps[0], which limits cost: each claim would add to it twice") == (
        "与 caps[0]（按 cost）共用累计 'x'，每笔会计两次"
    )
    assert len({en for en, _ in PHRASES}) == len(PHRASES)


def test_the_english_detail_is_kept() -> None:
    f = Finding("gap", Place("a.yaml", 3), "pool.rate", "words without translation here", "x", other=Place("b.yaml", 1))
    assert (
        f.sentence("zh")
        == "a.yaml:3：gap（数值有空档）：pool.rate：应为 words without translation here；实为 x（另见 b.yaml:1）"
    )
    assert (
        f.sentence() == "a.yaml:3: gap: pool.rate: expected words without translation here; found x (see also b.yaml:1)"
    )
