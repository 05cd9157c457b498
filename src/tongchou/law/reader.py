"""Typed reading of nodes: one place that turns text into integers and names, or into a finding."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from .constants import MONTHS
from .days import iso
from .findings import Finding, Place, did_you_mean
from .nodes import Map, Node, Scalar, Seq
from .tables import NO_END, Cite, Status

NAME = re.compile(r"[a-z][a-z0-9_]{0,40}\Z")
_NUMBER = re.compile(r"(-?)(0|[1-9][0-9]{0,14})(?:\.([0-9]{1,8}))?\Z")  # 010 is eight to a YAML 1.1 reader
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})\Z")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")
STATUSES: tuple[Status, ...] = ("official", "secondary", "assumed")
MAX_FEN = 10**14
READINGS = "readings"
"""The document that holds our own readings and assumptions, a clause each."""
CITE_KEYS = frozenset({"from", "to", "clause", "status", "known", "reading"})


class Context(Struct, frozen=True):
    """What a value inherits from the block it stands in: its dates, clause and status."""

    where: str
    start: int
    end: int | None
    document: str = ""
    clause: str = ""
    status: Status | None = None
    known: int | None = None
    reading: str = ""
    """Clause of ``readings`` that tells how we read the clause cited; empty: nothing had to be read."""

    def at(self, name: str | int) -> Context:
        """The same context one step further down."""
        step = f"[{name}]" if isinstance(name, int) else (f".{name}" if self.where else name)
        return replace(self, where=self.where + step)


class Reader:
    """Reads nodes and collects findings; a read that fails returns a harmless stand-in and a finding.

    ``strict``: the law tree, where every value names its clause. Otherwise a scheme file tried alone.
    ``clauses`` maps document id to (clause ids, known since); ``used`` gathers the citations met.
    """

    def __init__(self, strict: bool, clauses: dict[str, tuple[frozenset[str], int]] | None = None) -> None:
        self.strict = strict
        self.clauses = clauses or {}
        self.findings: list[Finding] = []
        self.used: list[Cite] = []

    def fault(
        self,
        code: str,
        node: Node | Place,
        where: str,
        expected: str,
        found: str,
        fix: str = "",
        other: Place | None = None,
    ) -> None:
        place = node if isinstance(node, Place) else node.place
        self.findings.append(Finding(code, place, where, expected, found, fix, other))

    # -- collections -------------------------------------------------------------------------------
    def mapping(self, node: Node, where: str, allowed: Iterable[str], required: Iterable[str] = ()) -> dict[str, Node]:
        """A mapping whose keys are all known; unknown and missing keys become findings."""
        allowed = set(allowed) | set(required)
        if not isinstance(node, Map):
            self.fault("wrong_type", node, where, "a mapping with " + ", ".join(sorted(allowed)), show(node))
            return {}
        for key in node.items:
            if key not in allowed:
                self.fault(
                    "unknown_key",
                    node.key_places[key],
                    f"{where}.{key}",
                    "a known word",
                    repr(key),
                    did_you_mean(key, allowed),
                )
        for key in required:
            if key not in node.items:
                self.fault("missing_key", node, where, f"the key {key!r}", "nothing")
        return {k: v for k, v in node.items.items() if k in allowed}

    def sequence(self, node: Node, where: str) -> tuple[Node, ...]:
        if isinstance(node, Seq):
            return node.items
        self.fault("wrong_type", node, where, "a list", show(node))
        return ()

    # -- scalars -----------------------------------------------------------------------------------
    def text(self, node: Node, where: str) -> str:
        if isinstance(node, Scalar) and node.text:
            return node.text
        self.fault("wrong_type", node, where, "text", show(node))
        return ""

    def choice(self, node: Node, where: str, known: Iterable[str]) -> str:
        """One word out of a list."""
        known = tuple(known)
        if isinstance(node, Scalar) and node.text in known:
            return node.text
        fix = did_you_mean(node.text, known) if isinstance(node, Scalar) else ""
        self.fault("unknown_word", node, where, "one of " + ", ".join(known), show(node), fix)
        return known[0] if known else ""

    def name(self, node: Node, where: str) -> str:
        """A name that may become part of generated source: a-z, 0-9 and _ only."""
        if isinstance(node, Scalar) and NAME.match(node.text):
            return node.text
        self.fault("bad_name", node, where, "a name of a-z, 0-9, _ (at most 41, a letter first)", show(node))
        return "unnamed"

    def flag(self, node: Node, where: str) -> bool:
        if isinstance(node, Scalar) and node.text in ("true", "false"):
            return node.text == "true"
        self.fault("wrong_type", node, where, "true or false", show(node))
        return False

    def scaled(self, node: Node, where: str, places: int, low: int | None, high: int | None, what: str) -> int:
        """A number read exactly, as an integer over 10**places; out of range or too fine is a finding."""
        match = _NUMBER.match(node.text) if isinstance(node, Scalar) else None
        if match is None or len(match[3] or "") > places:
            self.fault("wrong_type", node, where, what, show(node))
            return max(low or 0, 0)
        value: int = int(match[2]) * 10**places + int((match[3] or "").ljust(places, "0") or "0")
        value = -value if match[1] else value
        if (low is not None and value < low) or (high is not None and value > high):
            self.fault("out_of_range", node, where, what, show(node))
            return low if low is not None and value < low else (high or 0)
        return value

    def fen(self, node: Node, where: str, negative: bool = False) -> int:
        """An amount in yuan, at most two decimals, as fen."""
        return self.scaled(
            node, where, 2, -MAX_FEN if negative else 0, MAX_FEN, "an amount in yuan, two decimals at most"
        )

    def percent(self, node: Node, where: str, negative: bool = False) -> int:
        """A rate in percent (0…100, six decimals at most) over RATE_SCALE."""
        return self.scaled(node, where, 6, -(10**8) if negative else 0, 10**8, "a percentage from 0 to 100")

    def factor(self, node: Node, where: str) -> int:
        """A multiple (0…100, eight decimals at most) over RATE_SCALE."""
        return self.scaled(node, where, 8, 0, 100 * 10**8, "a factor from 0 to 100, eight decimals at most")

    def integer(self, node: Node, where: str, low: int | None = None, high: int | None = None) -> int:
        return self.scaled(node, where, 0, low, high, "a whole number" + _range(low, high))

    def day(self, node: Node, where: str, otherwise: int = 1) -> int:
        """A date as ordinal day; ``otherwise`` stands in for one that cannot be read."""
        match = _DATE.match(node.text) if isinstance(node, Scalar) else None
        if match is not None:
            try:
                return dt.date(*map(int, match.groups())).toordinal()
            except ValueError:
                pass
        self.fault("not_a_date", node, where, "a date YYYY-MM-DD", show(node))
        return otherwise

    def month(self, node: Node, where: str) -> int:
        """A month YYYY-MM as months since year 0."""
        match = _MONTH.match(node.text) if isinstance(node, Scalar) else None
        if match is not None and 1 <= int(match[2]) <= MONTHS:
            return int(match[1]) * MONTHS + int(match[2]) - 1
        self.fault("not_a_date", node, where, "a month YYYY-MM", show(node))
        return 0

    # -- dates, clause and status of a block ---------------------------------------------------------
    def context(self, items: dict[str, Node], outer: Context) -> Context:
        """The context inside a block that may carry from, to, clause, status, known of its own."""
        where = outer.where
        start, end = outer.start, outer.end
        if "from" in items:
            start = self.day(items["from"], f"{where}.from", start)
        if "to" in items:
            end = None if is_null(items["to"]) else self.day(items["to"], f"{where}.to", end or NO_END)
            end = None if end == NO_END else end
        if end is not None and end <= start:
            node = items.get("to") or items.get("from")
            if node is not None:
                self.fault("empty_period", node, where, "an end after the start", f"{iso(start)} to {iso(end)}")
            end = None
        for key, inside in (
            ("from", outer.start <= start < (outer.end or NO_END)),
            ("to", (end or NO_END) <= (outer.end or NO_END)),
        ):
            if key in items and not inside:
                self.fault(
                    "outside_period",
                    items[key],
                    f"{where}.{key}",
                    f"a day within {iso(outer.start)} to {iso(outer.end)}",
                    show(items[key]),
                )
        document, clause, known = outer.document, outer.clause, outer.known
        if "clause" in items:
            document, clause, known = self._clause(items["clause"], where, known)
        if "known" in items:
            known = self.day(items["known"], f"{where}.known")
        status = outer.status
        if "status" in items:
            word = self.choice(items["status"], f"{where}.status", STATUSES)
            status = next((s for s in STATUSES if s == word), "assumed")
        reading = outer.reading if "clause" not in items else ""
        if "reading" in items:
            reading = self._reading(items["reading"], where)
        return Context(where, start, end, document, clause, status, known, reading)

    def _reading(self, node: Node, where: str) -> str:
        word = self.text(node, f"{where}.reading")
        known = self.clauses.get(READINGS, (frozenset(), 0))[0]
        if self.strict and word not in known:
            self.fault(
                "unknown_clause",
                node,
                f"{where}.reading",
                f"a clause of {READINGS}",
                repr(word),
                did_you_mean(word, known),
            )
        return word

    def _clause(self, node: Node, where: str, known: int | None) -> tuple[str, str, int | None]:
        document, _, clause = self.text(node, f"{where}.clause").partition(" ")
        if not self.strict:
            return document, clause, known
        if document not in self.clauses:
            self.fault(
                "unknown_document",
                node,
                f"{where}.clause",
                "a registered document",
                repr(document),
                did_you_mean(document, self.clauses),
            )
            return document, clause, known
        clauses, since = self.clauses[document]
        if clause not in clauses:
            self.fault(
                "unknown_clause",
                node,
                f"{where}.clause",
                f"a clause of {document}",
                repr(clause),
                did_you_mean(clause, clauses),
            )
        return document, clause or "?", since

    def cite(self, node: Node, ctx: Context) -> Cite:
        """The citation of a value; in the law tree a value without clause or status is a finding."""
        if self.strict and not ctx.clause:
            self.fault(
                "value_without_clause",
                node,
                ctx.where,
                "clause: <document> <clause>",
                "none",
                "name the document and clause the value stands in",
            )
        if self.strict and ctx.status is None:
            self.fault("value_without_status", node, ctx.where, "status: official, secondary or assumed", "none")
        cite = Cite(
            ctx.where,
            ctx.document or "scheme_file",
            ctx.clause,
            ctx.status or "assumed",
            ctx.start,
            ctx.end,
            ctx.known if ctx.known is not None else 1,
            node.place.file,
            node.place.line,
            ctx.reading,
        )
        self.used.append(cite)
        return cite


def show(node: Node) -> str:
    """A node as it is quoted in a finding."""
    if isinstance(node, Scalar):
        return repr(node.text[:60])
    return f"a mapping of {len(node.items)}" if isinstance(node, Map) else f"a list of {len(node.items)}"


def is_null(node: Node) -> bool:
    """Whether the node is a bare ``null`` (no limit, no end). A value left empty is not: a number may be missing."""
    return isinstance(node, Scalar) and node.plain and node.text in ("null", "~")


def _range(low: int | None, high: int | None) -> str:
    return "" if low is None and high is None else f" from {low} to {high if high is not None else '…'}"
