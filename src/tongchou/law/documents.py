"""Documents (政策文件): number, issuer, dates, what they repeal, override and reserve, clauses in a line each."""

from __future__ import annotations

from msgspec import Struct

from .tables import Attribute, Value

RANKS = ("centre", "province", "prefecture", "county", "none")
KINDS = ("law", "regulation", "instrument", "reply", "speech", "secondary", "reading")


class Clause(Struct, frozen=True):
    id: str
    says: str
    zh: str


class Override(Struct, frozen=True):
    """From ``start`` its values on these subjects win over those of lower areas; ``clause`` says so."""

    subjects: tuple[str, ...]
    start: int
    clause: str


class Reserve(Struct, frozen=True):
    """From ``start`` no issuer below the centre may begin or change a value of these subjects (K03).

    A yearly figure may be added when it names one of ``yearly_under``.
    """

    subjects: tuple[str, ...]
    start: int
    clause: str
    yearly_under: tuple[str, ...]


class Document(Struct, frozen=True):
    id: str
    number: str
    title: str
    issuer: str
    rank: str
    kind: str
    area: str
    issued: int
    start: int
    end: int | None
    """The end written in the document itself; a repeal by another is in ``repealed_on`` of the law."""
    known: int
    repeals: tuple[str, ...]
    overrides: tuple[Override, ...]
    reserves: tuple[Reserve, ...]
    takes_effect: dict[str, int]
    note: str
    clauses: tuple[Clause, ...]
    file: str
    line: int

    @property
    def name(self) -> str:
        """Its number, or its title where it has none."""
        return self.number or f"《{self.title}》"


class Parameter(Struct, frozen=True):
    """One parameter as one area's file gives it: ``subject.name``, its dated value, and K03's exception."""

    subject: str
    name: str
    title: str
    area: str
    unit: str
    value: Value
    yearly: bool
    """A yearly figure (pension base, mean wage, mean pension)."""
    published_under: str
    """The central instrument under which the province publishes it; empty: none named."""
    file: str
    line: int
    attributes: tuple[Attribute, ...] = ()
    """What its conditions may read."""
