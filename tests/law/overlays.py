"""Small law trees for tests: files laid over the bundled tree, written from texts."""

from __future__ import annotations

from pathlib import Path

from tongchou.law.findings import Finding

MARK = "# <-"
"""Stands at the end of the line that a finding must name."""


def overlay(folder: Path, files: dict[str, str]) -> Path:
    """A folder whose files replace or add to the bundled ones of the same path."""
    return tree(folder, {"overlay.yaml": "base: bundled\n", **files})


def tree(folder: Path, files: dict[str, str]) -> Path:
    """A folder with these files and no others."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def marked_line(text: str) -> int:
    """The line that bears the mark, or the first."""
    return next((i for i, line in enumerate(text.splitlines(), 1) if line.endswith(MARK)), 1)


def told(findings: list[Finding]) -> str:
    """Findings as text, for the message of a failing test."""
    return "\n".join(f.sentence() for f in findings)


def document(
    name: str, rank: str = "prefecture", area: str = "530100", start: str = "2020-01-01", more: str = ""
) -> str:
    """A registered document with one clause ``a``."""
    return f"""id: {name}
number: "test〔2020〕{name}"
title: "{name}"
issuer: "test"
rank: {rank}
kind: instrument
area: "{area}"
issued: {start}
in_force: {{from: {start}}}
known: {start}
clauses:
- {{id: a, says: "a", zh: "一"}}
{more}"""


def area(code: str, parent: str = "370000", level: str = "prefecture") -> str:
    """An area.yaml."""
    above = f'parent: "{parent}"\n' if parent else ""
    return f'code: "{code}"\nname: test\nenglish: test\n{above}level: {level}\n'


def scheme(rate: str = "85", head: str = "", more: str = "", start: str = "2020-01-01") -> str:
    """A scheme of one layer, citing ``local a``."""
    return f"""scheme: resident
title: test
from: {start}
clause: local a
status: official
{head}layers:
- name: pool
  when: {{category: inpatient}}
  rate: {rate}
{more}"""


def parameter(
    value: str,
    subject: str = "retirement",
    name: str = "required_months",
    more: str = "",
    start: str = "2015-01-01",
    unit: str = "count",
) -> str:
    """A file of one parameter, citing ``local a``."""
    return f"""subject: {subject}
from: {start}
clause: local a
status: official
parameters:
  {name}:
    unit: {unit}
{more}    value: {value}
"""
