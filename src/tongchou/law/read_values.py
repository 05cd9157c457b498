"""Conditions, values and modifiers of the scheme language: from nodes to frozen tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from .attributes import MAX_COUNT
from .constants import WORD_UNIT
from .nodes import Map, Node, Scalar, Seq
from .reader import CITE_KEYS, Context, Reader, is_null, show
from .tables import (
    Attribute,
    Cell,
    Condition,
    Const,
    Expr,
    IndexTimes,
    MinOf,
    Modifier,
    ReadAttr,
    Steps,
    SumOf,
    Test,
    Value,
    Version,
    When,
)

Number = Literal["fen", "percent", "factor", "points", "fen_signed", "count", "month", "word"]
"""How a value is written: yuan, percent, a multiple, percentage points, yuan with a sign, a count, YYYY-MM, a word."""

UNIT_OF: dict[str, str] = {
    "fen": "fen",
    "percent": "rate",
    "factor": "rate",
    "points": "rate",
    "fen_signed": "fen",
    "count": "count",
    "month": "month",
    "word": "word",
}
EXPR_WORDS = ("index", "times", "steps", "attr", "sum", "min_of")


class ValueReader:
    """Reads values against the attributes, indices and catalogues of one scheme."""

    def __init__(
        self,
        r: Reader,
        attributes: tuple[Attribute, ...],
        indices: Mapping[str, object],
        catalogues: tuple[str, ...],
        words: tuple[str, ...] = (),
    ) -> None:
        self.r = r
        self.words = words
        """What a value of the unit ``word`` may say."""
        self.attributes = {a.name: a for a in attributes}
        self.indices = indices
        self.catalogues = catalogues

    # -- conditions ----------------------------------------------------------------------------------
    def when(self, node: Node, where: str) -> When:
        """A condition, or a list of conditions of which one must hold."""
        if isinstance(node, Seq):
            if not node.items:
                self.r.fault("wrong_type", node, where, "at least one condition", "an empty list")
            return tuple(self.condition(n, f"{where}[{i}]") for i, n in enumerate(node.items))
        return (self.condition(node, where),)

    def condition(self, node: Node, where: str) -> Condition:
        items = self.r.mapping(node, where, self.attributes)
        if isinstance(node, Map) and not node.items:
            self.r.fault(
                "wrong_type",
                node,
                where,
                "at least one attribute",
                "an empty mapping",
                "leave `when` out: always",
            )
        return tuple(t for name, spec in items.items() for t in self._tests(name, spec, f"{where}.{name}"))

    def _tests(self, name: str, node: Node, where: str) -> tuple[Test, ...]:
        """One attribute's spec: a value, a list, {min, max}, {not}, {is, not} or, of a disease, {unlisted}."""
        attribute = self.attributes[name]
        if isinstance(node, Map) and not node.items:
            self.r.fault(
                "wrong_type",
                node,
                where,
                "a value, a list of values or {min, max, is, not}",
                "an empty mapping",
            )
        if not isinstance(node, Map):
            if attribute.bins:
                return (self._binned(attribute, node.items if isinstance(node, Seq) else (node,), where),)
            return (Test(name, "in", self._codes(attribute, node, where)),)
        codes = attribute.kind in ("code", "codes", "flag", "disease")
        words = ("is", "not", "unlisted") if attribute.kind == "disease" else ("is", "not")
        items = self.r.mapping(node, where, words if codes else ("not", "min", "max"))
        ops = {"is": "in", "not": "not_in", "unlisted": "unlisted"}
        tests = [
            Test(name, ops[w], self._codes(attribute, items[w], where))  # type: ignore[arg-type]
            for w in ops
            if w in items
        ]
        if "min" in items or "max" in items:
            low = self._number(attribute, items["min"], where) if "min" in items else None
            high = self._number(attribute, items["max"], where) if "max" in items else None
            if low is not None and high is not None and low > high:
                self.r.fault("out_of_range", node, where, "min not above max", f"{low} to {high}")
            tests.append(Test(name, "range", (), low, high))
        return tuple(tests)

    def _codes(self, attribute: Attribute, node: Node, where: str) -> tuple[int, ...]:
        nodes = node.items if isinstance(node, Seq) else (node,)
        if not nodes:
            self.r.fault("wrong_type", node, where, "at least one value", "an empty list")
        return tuple(dict.fromkeys(self._number(attribute, n, where) for n in nodes))

    def _binned(self, attribute: Attribute, nodes: tuple[Node, ...], where: str) -> Test:
        """The bins that begin at the edges named: one range, so several must follow one another."""
        read = self.r.fen if attribute.kind == "money" else self.r.integer
        at = []
        for node in nodes:
            edge = read(node, where)
            if edge in attribute.bins:
                at.append(attribute.bins.index(edge))
                continue
            edges = ", ".join(str(b // 100 if attribute.kind == "money" else b) for b in attribute.bins)
            self.r.fault("unknown_word", node, where, f"the lower edge of a bin: {edges}", show(node))
        at.sort()
        if not at or at != list(range(at[0], at[0] + len(at))):
            if at:
                self.r.fault(
                    "wrong_type", nodes[0], where, "bins that follow one another", "a bin left out between them"
                )
            return Test(attribute.name, "range")
        last = at[-1] + 1
        high = attribute.bins[last] - 1 if last < len(attribute.bins) else None
        return Test(attribute.name, "range", (), attribute.bins[at[0]], high)

    def _number(self, attribute: Attribute, node: Node, where: str) -> int:
        if attribute.kind in ("code", "codes"):
            return attribute.values.index(self.r.choice(node, where, attribute.values))
        if attribute.kind == "flag":
            return int(self.r.flag(node, where))
        if attribute.kind == "disease":
            if not self.catalogues:
                self.r.fault(
                    "unknown_word",
                    node,
                    where,
                    "the name of a catalogue",
                    show(node),
                    "the area has no catalogue of diseases",
                )
                return 0
            return self.catalogues.index(self.r.choice(node, where, self.catalogues))
        if attribute.kind == "money":
            return self.r.fen(node, where)
        if attribute.kind == "date":
            return self.r.day(node, where)
        return self.r.integer(node, where, attribute.low, attribute.high)

    # -- values --------------------------------------------------------------------------------------
    def value(self, node: Node, number: Number, ctx: Context, null: bool = False) -> Value:
        """A dated value. A plain one holds for the whole period of its context."""
        if isinstance(node, Seq) and any(isinstance(n, Map) and "from" in n.items for n in node.items):
            versions = [self._version(n, number, ctx.at(i), null) for i, n in enumerate(node.items)]
        elif isinstance(node, Map) and "value" in node.items:
            versions = [self._version(node, number, ctx, null)]
        else:
            cells = self._cells(node, number, ctx.where, null)
            versions = [Version(ctx.start, ctx.end, cells, self.r.cite(node, ctx))]
        unit = WORD_UNIT + "|".join(self.words) if number == "word" else UNIT_OF[number]
        return Value(unit, tuple(sorted(versions, key=lambda v: (v.start, v.cite.known))))

    def _version(self, node: Node, number: Number, ctx: Context, null: bool) -> Version:
        items = self.r.mapping(node, ctx.where, CITE_KEYS, ("value",))
        inner = self.r.context(items, ctx)
        body = items.get("value", node)
        return Version(inner.start, inner.end, self._cells(body, number, ctx.where, null), self.r.cite(node, inner))

    def _cells(self, node: Node, number: Number, where: str, null: bool) -> tuple[Cell, ...]:
        if isinstance(node, Seq):
            cells = []
            for i, item in enumerate(node.items):
                items = self.r.mapping(item, f"{where}[{i}]", ("when",), ("value",))
                when = self.when(items["when"], f"{where}[{i}].when") if "when" in items else ()
                if "value" in items:
                    cells.append(Cell(when, self._expr(items["value"], number, f"{where}[{i}]", null)))
            if not cells:
                self.r.fault("wrong_type", node, where, "an ordered list of values", "an empty list")
            return tuple(cells)
        if isinstance(node, Map) and "by" in node.items:
            return self._table(node, number, where, null)
        return (Cell((), self._expr(node, number, where, null)),)

    def _table(self, node: Map, number: Number, where: str, null: bool) -> tuple[Cell, ...]:
        name = self.r.choice(node.items["by"], f"{where}.by", self.attributes)
        attribute = self.attributes[name]
        cells: list[Cell] = []
        seen: set[int] = set()
        for key, body in node.items.items():
            if key == "by":
                continue
            place = Scalar(key, True, node.key_places[key])
            if attribute.bins:
                test = self._binned(attribute, (place,), f"{where}.{key}")
            else:
                code = self._number(attribute, place, f"{where}.{key}")
                seen.add(code)
                test = Test(name, "in", (code,))
            cells.append(Cell(((test,),), self._expr(body, number, f"{where}.{key}", null)))
        if not cells:
            self.r.fault("wrong_type", node, where, "a value for each of its codes", "an empty table")
        if name == "level" and 1 in seen and 0 not in seen:  # a table without a cell for 0 takes that of 1
            cells = [self._widen(c) for c in cells]
        return tuple(cells)

    @staticmethod
    def _widen(cell: Cell) -> Cell:
        test = cell.when[0][0]
        return Cell(((Test("level", "in", (0, 1)),),), cell.expr) if test.values == (1,) else cell

    def _expr(self, node: Node, number: Number, where: str, null: bool) -> Expr:
        if is_null(node):
            if not null:
                self.r.fault(
                    "wrong_type",
                    node,
                    where,
                    "a value",
                    "null",
                    "only caps and the last band may be unlimited",
                )
            return Const(None)
        if isinstance(node, Scalar):
            return Const(self._constant(node, number, where))
        items = self.r.mapping(node, where, EXPR_WORDS)
        kinds = [w for w in EXPR_WORDS if w in items and w != "times"]
        if len(kinds) != 1 or ("times" in items and kinds != ["index"]):
            self.r.fault(
                "wrong_type",
                node,
                where,
                "a number or one of index (with times), steps, attr, sum, min_of",
                " and ".join(items) or show(node),
            )
            return Const(0)
        refused = (
            EXPR_WORDS
            if number in ("factor", "month", "word")
            else ("index", "attr")
            if number in ("percent", "points")
            else ("index",)
            if number == "count"
            else ()
        )
        if kinds[0] in refused:  # a figure in yuan is no rate, and a factor has no unit to count steps in
            self.r.fault(
                "not_supported",
                node,
                where,
                "a number" if number == "factor" else f"a {UNIT_OF[number]}",
                kinds[0],
            )
            return Const(0)
        return self._compound(kinds[0], items, number, where)

    def _compound(self, kind: str, items: dict[str, Node], number: Number, where: str) -> Expr:
        r = self.r
        if kind == "index":
            name = r.choice(items["index"], f"{where}.index", self.indices)
            times = r.factor(items["times"], f"{where}.times") if "times" in items else 10**8
            return IndexTimes(name, times)
        if kind == "steps":
            inside = r.mapping(items["steps"], f"{where}.steps", (), ("attr", "above", "per"))
            if len(inside) < 3:
                return Const(0)
            name = self._numeric(inside["attr"], f"{where}.steps.attr", ("integer", "state"))
            above = r.integer(inside["above"], f"{where}.steps.above", 0, MAX_COUNT)
            if number == "count":
                return Steps(name, above, r.integer(inside["per"], f"{where}.steps.per", -MAX_COUNT, MAX_COUNT))
            signed: Number = "fen_signed" if number in ("fen", "fen_signed") else "points"
            return Steps(name, above, self._constant(inside["per"], signed, f"{where}.steps.per"))
        if kind == "attr":  # an amount is read from an amount, a count from a count
            kinds = ("integer", "state") if number == "count" else ("money",)
            return ReadAttr(self._numeric(items["attr"], f"{where}.attr", kinds))
        parts = tuple(
            self._expr(n, number, f"{where}.{kind}[{i}]", False)
            for i, n in enumerate(r.sequence(items[kind], f"{where}.{kind}"))
        )
        if not parts:
            if isinstance(items[kind], Seq):
                r.fault("wrong_type", items[kind], f"{where}.{kind}", "at least one value", "an empty list")
            return Const(0)
        return SumOf(parts) if kind == "sum" else MinOf(parts)

    def _numeric(self, node: Node, where: str, kinds: tuple[str, ...]) -> str:
        names = [a.name for a in self.attributes.values() if a.kind in kinds]
        if not names:
            self.r.fault("unknown_word", node, where, f"a declared attribute of type {kinds[0]}", show(node))
            return "level"
        return self.r.choice(node, where, names)

    def _constant(self, node: Node, number: Number, where: str) -> int:
        if number == "fen":
            return self.r.fen(node, where)
        if number == "fen_signed":
            return self.r.fen(node, where, negative=True)
        if number == "percent":
            return self.r.percent(node, where)
        if number == "points":
            return self.r.percent(node, where, negative=True)
        if number == "count":
            return self.r.integer(node, where, 0, MAX_COUNT)
        if number == "month":
            return self.r.month(node, where)
        if number == "word":
            return self.words.index(self.r.choice(node, where, self.words))
        return self.r.factor(node, where)

    # -- modifiers -----------------------------------------------------------------------------------
    def modifiers(self, node: Node, ctx: Context, of: Literal["rate", "deductible"]) -> tuple[Modifier, ...]:
        """Changes in listed order; of a rate: points, factor, own_share_factor; of a deductible: add, factor."""
        numbers: dict[str, Number] = (
            {
                "points": "points",
                "factor": "factor",
                "own_share_factor": "factor",
                "at_least": "percent",
                "at_most": "percent",
            }
            if of == "rate"
            else {"add": "fen_signed", "factor": "factor", "at_least": "fen", "at_most": "fen"}
        )
        result = []
        for i, item in enumerate(self.r.sequence(node, ctx.where)):
            at = ctx.at(i)
            items = self.r.mapping(item, at.where, CITE_KEYS | {"when"}, ("op", "value"))
            inner = self.r.context(items, at)
            if "op" not in items or "value" not in items:
                continue
            op = self.r.choice(items["op"], f"{at.where}.op", numbers)
            when = self.when(items["when"], f"{at.where}.when") if "when" in items else ()
            value = self.value(items["value"], numbers[op], inner)
            result.append(Modifier(when, op, value))  # type: ignore[arg-type]
        return tuple(result)
