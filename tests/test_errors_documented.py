"""docs/errors.md names every code the product can answer with, and no other; every law finding has a case."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import tongchou
from tongchou.interfaces.files.reasons import REASONS
from tongchou.law import NoRule, load
from tongchou.law.compile.plan import BUILT_REASONS, BUILT_WARNINGS
from tongchou.ledger.post import CODES
from tongchou.ledger.verify import CHECKS
from tongchou.office.books.facts import CHECKS as FACT_CHECKS
from tongchou.office.care.verify import CHECKS as TOTAL_CHECKS
from tongchou.office.frame.audit import FAULTS
from tongchou.office.frame.bound import FAULTS as ROW_FAULTS

SOURCE = Path(tongchou.__file__).parent
ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
OF_THE_RUN = {"late", "unknown_part"}
"""Warnings that the file room adds to those of the fold."""


def calls(folder: Path, *names: str) -> Iterator[ast.Call]:
    """Calls of functions or methods of these names."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in names:
                    yield node


def first_text(call: ast.Call) -> str:
    """The literal text that the first argument is or begins with."""
    first = call.args[0] if call.args else None
    if isinstance(first, ast.JoinedStr):
        first = first.values[0]
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def law_findings() -> set[str]:
    return {first_text(c) for c in calls(SOURCE / "law", "fault", "Finding", "_refuse")} - {""}


def file_refusals() -> set[str]:
    return {first_text(c) for c in calls(SOURCE / "interfaces", "FileRefused")} - {""}


def row_reasons() -> set[str]:
    return set(REASONS)


def scheme_reasons() -> dict[str, bool]:
    """Codes of the reasons that bundled schemes give, and whether the row is paid."""
    return {r.code: r.pays for s in load().schemes.values() for r in s.reasons}


def settlement_reasons() -> set[str]:
    return (set(BUILT_REASONS) - {"", "no_rule"}) | set(scheme_reasons())


def settlement_warnings() -> set[str]:
    return set(BUILT_WARNINGS) | OF_THE_RUN | {code for code, pays in scheme_reasons().items() if pays}


def refused_calls() -> Iterator[ast.Call]:
    for room in ("interfaces/cli", "rules/settlement"):
        yield from calls(SOURCE / room, "Refused")


def cli_refusals() -> set[str]:
    texts = [first_text(c) for c in refused_calls()]
    codes = {m[1] for t in texts if (m := re.match(r"([a-z_]+):", t))}
    return codes | {NoRule.code, "law_unreadable"}


def fact_refusals() -> set[str]:
    """Codes of facts of a person that are refused; ``e.code`` of an amount is one of the money room's."""
    rooms = ("rules", "interfaces/people")
    found = {first_text(c) for room in rooms for c in calls(SOURCE / room, "FactRefused")}
    return (found | {first_text(c) for c in calls(SOURCE / "money", "MoneyError")}) - {""}


def book_refusals() -> set[str]:
    """Codes that the books and the office's database refuse by, those of the database's own triggers among them."""
    rooms = ("ledger", "office")
    found = {first_text(c) for room in rooms for c in calls(SOURCE / room, "BookRefused")}
    found |= {first_text(c) for c in calls(SOURCE / "office", "DatabaseRefused")}
    return (found | set(CODES.values())) - {""}


OF_THE_OFFICE = {"law_forged", "fact_undecided", "slip_differs", "sealed_differs", "masked_differs", "sealed_damaged"}
"""Faults that `office verify` names beside those of the books, their facts and the chain."""


def office_refusals() -> set[str]:
    """Codes that operations of the office refuse by, those of the database's own triggers among them."""
    import tongchou.office.operations  # noqa: F401 - every operation, so that every room told its constraints
    from tongchou.office.frame.operation import CONSTRAINTS

    rooms = ("office", "interfaces/web", "interfaces/cli")
    found = {first_text(c) for room in rooms for c in calls(SOURCE / room, "OfficeRefused")}
    return (found | set(CONSTRAINTS.values())) - {""}


KINDS = {
    "Law findings": law_findings,
    "Files refused whole": file_refusals,
    "Rows rejected": row_reasons,
    "Facts of a person refused": fact_refusals,
    "Reasons of a settled row": settlement_reasons,
    "Warnings of a settled row": settlement_warnings,
    "Refusals of the command": cli_refusals,
    "Refusals of the books": book_refusals,
    "Refusals of the office": office_refusals,
    "Faults of the books": lambda: {*CHECKS, *FAULTS, *ROW_FAULTS, *FACT_CHECKS, *TOTAL_CHECKS, *OF_THE_OFFICE},
}


def documented(kind: str) -> dict[str, list[str]]:
    """The rows of one table: code → cells."""
    section = re.search(rf"^## {kind}\b.*?$(.*?)(?=^## |\Z)", PAGE, re.M | re.S)
    assert section, kind
    rows = [line.strip().strip("|").split(" | ") for line in section[1].splitlines() if line.startswith("| `")]
    codes = [cells[0].strip(" `") for cells in rows]
    assert len(set(codes)) == len(codes), "each code once"
    return dict(zip(codes, ([c.strip() for c in cells] for cells in rows), strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_every_code_is_documented_and_exists(kind: str) -> None:
    codes, told = KINDS[kind](), documented(kind)
    assert codes, "the sources name some"
    assert not codes - set(told), "missing from docs/errors.md"
    assert not set(told) - codes, "documented, but no longer in the sources"


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_says_when_what_and_what_to_do(kind: str) -> None:
    for code, cells in documented(kind).items():
        assert len(cells) == 6, f"{code}: code, when, expected, what to do, 中文, English"
        assert all(cells), code
        assert re.search(r"[\u4e00-\u9fff]", cells[4]), code


def test_every_refusal_begins_with_its_code() -> None:
    """A refusal without a code could not be looked up."""
    for c in refused_calls():
        assert re.match(r"[a-z_]+:", first_text(c)), ast.unparse(c)


def test_every_law_finding_has_a_case() -> None:
    from tests.law.test_bad_trees import CASES

    bad = ROOT / "tests" / "law" / "bad"
    cases = {p.stem.partition("-")[0] for p in bad.glob("*.yaml")}
    cases |= {p.name.partition(".")[0].partition("-")[0] for p in (bad / "cases").glob("*.cases.yaml")}
    cases |= {c.code for c in CASES.values()} | {"law_unreadable"}  # in test_bad_files.py: files not there or too large
    assert not law_findings() - cases
    assert not cases - law_findings()


def test_every_row_reason_stands_in_a_call() -> None:
    """No reason is described that no code gives."""
    files = "\n".join(p.read_text(encoding="utf-8") for p in SOURCE.rglob("*.py") if p.name != "reasons.py")
    assert [r for r in REASONS if f'"{r}"' not in files] == []
