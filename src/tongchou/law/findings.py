"""What is wrong with a law file: where, what was expected, what was found, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from msgspec import Struct


class Place(Struct, frozen=True):
    """A line of a law file, 1-based."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Finding(Struct, frozen=True):
    """One fault. ``code`` stands in docs/errors.md; ``where`` is the address of the value in the file."""

    code: str
    place: Place
    where: str
    expected: str
    found: str
    fix: str = ""
    other: Place | None = None

    def sentence(self, lang: str = "en") -> str:
        """The finding as one line of text, in ``en`` or ``zh``."""
        if lang == "zh":
            from .findings_zh import sentence_zh

            return sentence_zh(self)
        also = f" (see also {self.other})" if self.other else ""
        fix = f" → {self.fix}" if self.fix else ""
        return f"{self.place}: {self.code}: {self.where}: expected {self.expected}; found {self.found}{also}{fix}"


class LawError(Exception):
    """Law that cannot be used as it stands; carries every finding."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(f.sentence() for f in self.findings))


class NoRule(Exception):
    """What was asked is not encoded: never answered with zero. Names area, subject and date."""

    code = "no_rule"

    def __init__(self, area: str, what: str, when: str, hint: str = "") -> None:
        self.area, self.what, self.when, self.hint = area, what, when, hint
        super().__init__(f"no_rule: {what} in area {area} on {when} is not encoded" + (f"; {hint}" if hint else ""))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``did you mean x?`` for the nearest known word, else the known words."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else "known here: " + (", ".join(names) or "none")
