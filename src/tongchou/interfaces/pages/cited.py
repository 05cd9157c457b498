"""The grounds of a page: each clause once, with document, paraphrase, trust and how it is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tongchou.interfaces.wording.names import STATUS, pick, word
from tongchou.law.documents import Document

TRUST = tuple(STATUS)


@dataclass(frozen=True)
class Mark:
    """A reference to the list of grounds."""

    number: int
    status: str
    word: str


class Citations:
    """Numbers clauses in the order in which they are met."""

    def __init__(self, documents: Mapping[str, Document], lang: str) -> None:
        self.documents, self.lang = documents, lang
        self.found: dict[tuple[str, str, str, str], int] = {}

    def mark(self, cite: Mapping[str, Any]) -> Mark:
        """The mark of one citation (as ``cite_json`` gives it)."""
        key = (cite["document"], cite["clause"], cite["status"], cite.get("reading", ""))
        number = self.found.setdefault(key, len(self.found) + 1)
        return Mark(number, cite["status"], word(STATUS, cite["status"], self.lang))

    def marks(self, cites: Iterable[Mapping[str, Any]]) -> list[Mark]:
        """Marks of several, each once."""
        return list(dict.fromkeys(self.mark(c) for c in cites))

    def statuses(self) -> list[str]:
        """The degrees of trust that were met, best first."""
        met = {status for _, _, status, _ in self.found}
        return [s for s in TRUST if s in met]

    def listed(self) -> list[dict[str, Any]]:
        """The grounds in order of their numbers."""
        return [self._entry(n, *key) for key, n in self.found.items()]

    def _entry(self, number: int, document: str, clause: str, status: str, reading: str) -> dict[str, Any]:
        doc = self.documents.get(document)
        return {
            "number": number,
            "document": document,
            "number_of": doc.number if doc else "",
            "title": doc.title if doc else pick(("方案文件", "scheme file"), self.lang),
            "issuer": doc.issuer if doc else "",
            "clause": clause,
            "says": self.says(document, clause),
            "status": status,
            "word": word(STATUS, status, self.lang),
            "reading": reading,
            "read": self.says("readings", reading) if reading else "",
        }

    def says(self, document: str, clause: str) -> str:
        """The paraphrase of a clause."""
        doc = self.documents.get(document)
        found = next((c for c in doc.clauses if c.id == clause), None) if doc else None
        return pick((found.zh, found.says), self.lang) if found else ""
