"""Values with their modifiers as source: a chain of conditions, or a literal where nothing depends on the claim."""

from __future__ import annotations

from ..tables import RATE_SCALE, Cell, Const, Expr, MinOf, Modifier, Scheme, Steps, SumOf, Value, Version
from .favour import ranked
from .numbers import Numbers
from .words import ALWAYS, NEVER, Window, both, expr_text, names_in, variable, when_text
from .writer import Writer

D4, D8 = 10**4, 10**8


class RateTooFine(Exception):
    """A rate whose modifiers need more than eight decimals; the checker names it before."""


def decimals(value: int) -> int:
    """Decimal places of a number over RATE_SCALE."""
    places = 8
    while places and value % 10 == 0:
        value //= 10
        places -= 1
    return places


def _numbers(e: Expr) -> list[int]:
    if isinstance(e, Const):
        return [e.value or 0]
    if isinstance(e, Steps):
        return [e.per]
    if isinstance(e, (SumOf, MinOf)):
        return [n for i in e.items for n in _numbers(i)]
    return [0]


def value_numbers(value: Value) -> list[int]:
    """Every constant of the value."""
    return [n for v in value.versions for c in v.cells for n in _numbers(c.expr)]


def nullable(value: Value) -> bool:
    """Whether the value can be "no limit"."""
    return any(isinstance(c.expr, Const) and c.expr.value is None for v in value.versions for c in v.cells)


def may_be_negative(value: Value) -> bool:
    """Whether steps or sums of the value can fall below zero."""
    return any(n < 0 for n in value_numbers(value))


def rate_scale(base: Value, modifiers: tuple[Modifier, ...]) -> int:
    """The denominator on which the rate and all its changes are exact: 10^4, or 10^8 where factors multiply."""
    places = max(decimals(n) for n in value_numbers(base))
    for m in modifiers:
        own = max(decimals(n) for n in value_numbers(m.value))
        places = places + own if m.op in ("factor", "own_share_factor") else max(places, own)
    if places > 8:
        raise RateTooFine(f"{places} decimals")
    return D4 if places <= 4 else D8


def fraction(value: int, loose: bool = False) -> tuple[int, int]:
    """A number over RATE_SCALE as numerator over a power of ten, shortened (``loose``: to four or eight places)."""
    places = decimals(value)
    if loose:
        places = 4 if places <= 4 else 8
    return value // 10 ** (8 - places), 10**places


class Lookups:
    """Writes values of one scheme; those that depend on identity become helper functions of their own."""

    def __init__(self, scheme: Scheme, window: Window, traced: bool, numbers: Numbers) -> None:
        self.scheme, self.window, self.traced, self.numbers = scheme, window, traced, numbers
        self.helpers: list[str] = []
        self.count = 0

    # -- plain chains ----------------------------------------------------------------------------------
    def _versions(self, value: Value) -> list[Version]:
        return [v for v in value.versions if self.window.meets(v.start, v.end)]

    def literal(self, value: Value, category: int | None, scale: int = 1) -> str | None:
        """The value as one expression, where it is the same for every claim here; else None."""
        versions = self._versions(value)
        if len(versions) != 1:
            return None
        cells = self._cells(versions[0], category)
        if len(cells) != 1 or when_text(cells[0].when, self.scheme, category) != ALWAYS:
            return None
        expr = cells[0].expr
        if isinstance(expr, Const) and expr.value is None:
            return "-1"
        return expr_text(expr, self.scheme, self.window, scale, self.numbers)

    def _cells(self, version: Version, category: int | None) -> list[Cell]:
        """The cells that can be met, up to the first that always is."""
        cells = []
        for cell in version.cells:
            text = when_text(cell.when, self.scheme, category)
            if text == NEVER:
                continue
            cells.append(cell)
            if text == ALWAYS:
                break
        return cells

    def chain(self, w: Writer, target: str, value: Value, category: int | None, scale: int = 1) -> None:
        """``target = …`` by date and by cell; the last cell of a complete table needs no test."""
        versions = self._versions(value)
        for i, version in enumerate(versions):
            if len(versions) == 1:
                self._chain_cells(w, target, value, version, category, scale)
            elif i + 1 < len(versions):
                with w.block(f"{'if' if i == 0 else 'elif'} day < {version.end}"):
                    self._chain_cells(w, target, value, version, category, scale)
            else:
                with w.block("else"):
                    self._chain_cells(w, target, value, version, category, scale)

    def _chain_cells(
        self, w: Writer, target: str, value: Value, version: Version, category: int | None, scale: int
    ) -> None:
        cells = self._cells(version, category)
        for i, cell in enumerate(cells):
            text = (
                "-1"
                if isinstance(cell.expr, Const) and cell.expr.value is None
                else expr_text(cell.expr, self.scheme, self.window, scale, self.numbers)
            )
            if nullable(value) and may_be_negative(value):  # below zero means no limit there
                text = f"max(0, {text})" if text != "-1" else text
            if len(cells) == 1:
                w.put(f"{target} = {text}")
                return
            last = i == len(cells) - 1
            head = "else" if last else f"{'if' if i == 0 else 'elif'} {when_text(cell.when, self.scheme, category)}"
            with w.block(head):
                w.put(f"{target} = {text}")

    # -- whole lookups -----------------------------------------------------------------------------------
    def rate(
        self,
        w: Writer,
        target: str,
        value: Value,
        mods: tuple[Modifier, ...],
        category: int | None,
        scale: int,
        layer: int,
        low_is_best: bool = False,
    ) -> str:
        """A rate over ``scale``'s denominator D; returns a literal or the target's name."""
        return self._lookup(w, target, value, mods, category, RATE_SCALE // scale, layer, low_is_best, scale)

    def amount(
        self,
        w: Writer,
        target: str,
        value: Value,
        mods: tuple[Modifier, ...],
        category: int | None,
        layer: int,
        low_is_best: bool,
    ) -> str:
        """An amount in fen (−1: no limit); returns a literal or the target's name."""
        return self._lookup(w, target, value, mods, category, 1, layer, low_is_best, 0)

    def _lookup(
        self,
        w: Writer,
        target: str,
        value: Value,
        mods: tuple[Modifier, ...],
        category: int | None,
        divide: int,
        layer: int,
        low_is_best: bool,
        full: int,
    ) -> str:
        mods_in = [
            (j, m)
            for j, m in enumerate(mods)
            if self._versions(m.value) and when_text(m.when, self.scheme, category) != NEVER
        ]
        if not mods_in:
            literal = self.literal(value, category, divide)
            if literal is not None and ("max(" not in literal and "min(" not in literal and "(" not in literal):
                return literal
        reads = self._reads(value, [m for _, m in mods_in])
        if "identity" not in reads:
            self._body(w, target, value, mods_in, category, divide, layer, full)
            return target
        if (
            not mods_in
            and reads == {"day", "identity"}
            and self._by_favour(w, target, value, category, divide, low_is_best)
        ):
            return target
        name = self._helper(value, mods_in, category, divide, layer, low_is_best, full, reads)
        arguments = self._arguments(reads)
        w.put(f"{target} = best_{name}({'trace, ' if self.traced else ''}{arguments})")
        return target

    def _by_favour(
        self, w: Writer, target: str, value: Value, category: int | None, divide: int, low_is_best: bool
    ) -> bool:
        """A plain table by identity alone, written without a loop over those held; gives whether it is one."""
        versions = self._versions(value)
        cells = self._cells(versions[0], category) if len(versions) == 1 else []
        groups = ranked(self.scheme, cells, low_is_best)
        for i, (mask, number) in enumerate(groups):
            text = "-1" if number is None else self.numbers.text(number // divide)
            head = f"{'if' if i == 0 else 'elif'} identity & {mask} != 0" if mask else "else"
            with w.maybe(None) if len(groups) == 1 else w.block(head):
                w.put(f"{target} = {text}")
        return bool(groups)

    def _arguments(self, reads: set[str]) -> str:
        names = ["identity", *("day" if n == "day" else variable(n) for n in sorted(reads - {"identity"}))]
        return ", ".join([*names, *(["v"] if self.numbers.loose else [])])

    def _reads(self, value: Value, mods: list[Modifier]) -> set[str]:
        reads: set[str] = {"day"}
        for v in [value, *(m.value for m in mods)]:
            for version in self._versions(v):
                for cell in version.cells:
                    reads |= names_in(cell.when) | names_in(cell.expr)
        for m in mods:
            reads |= names_in(m.when)
        return reads

    def _body(
        self,
        w: Writer,
        target: str,
        value: Value,
        mods: list[tuple[int, Modifier]],
        category: int | None,
        divide: int,
        layer: int,
        full: int,
    ) -> None:
        self.chain(w, target, value, category, divide)
        for j, m in mods:
            days = self.window.within((v.start, v.end) for v in self._versions(m.value))
            with w.maybe(both(when_text(m.when, self.scheme, category), days)):
                literal = self.literal(m.value, category, divide)
                if literal is None or m.op in ("factor", "own_share_factor"):
                    self._modify_by_version(w, target, m, category, divide, full)
                else:
                    w.put(self._change(target, m.op, literal))
                w.note(f"trace.append(('modifier', {layer}, {j}, {1 if full else 0}, {target}))")
        if full:
            self._clamp(w, target, value, mods, full)
        elif not nullable(value) and (
            may_be_negative(value) or any(m.op == "add" or may_be_negative(m.value) for _, m in mods)
        ):
            w.put(f"{target} = max({target}, 0)")

    def _modify_by_version(
        self, w: Writer, target: str, m: Modifier, category: int | None, divide: int, full: int
    ) -> None:
        versions = self._versions(m.value)
        for i, version in enumerate(versions):
            head = (
                None
                if len(versions) == 1
                else (f"{'if' if i == 0 else 'elif'} day < {version.end}" if i + 1 < len(versions) else "else")
            )
            if head is None:
                self._modify_cells(w, target, m, version, category, divide, full)
            else:
                with w.block(head):
                    self._modify_cells(w, target, m, version, category, divide, full)

    def _modify_cells(
        self, w: Writer, target: str, m: Modifier, version: Version, category: int | None, divide: int, full: int
    ) -> None:
        cells = self._cells(version, category)
        for i, cell in enumerate(cells):
            last = i == len(cells) - 1
            head = (
                None
                if len(cells) == 1
                else ("else" if last else f"{'if' if i == 0 else 'elif'} {when_text(cell.when, self.scheme, category)}")
            )
            if m.op in ("factor", "own_share_factor"):
                assert isinstance(cell.expr, Const)
                line = self._times(target, m.op, cell.expr.value or 0, full)
            else:
                line = self._change(target, m.op, expr_text(cell.expr, self.scheme, self.window, divide, self.numbers))
            if head is None:
                w.put(line)
            else:
                with w.block(head):
                    w.put(line)

    @staticmethod
    def _change(target: str, op: str, number: str) -> str:
        if op in ("points", "add"):
            return (
                f"{target} = {target} - {number[1:]}"
                if number.startswith("-") and number[1:].isdigit()
                else f"{target} = {target} + {number}"
            )
        return f"{target} = {'max' if op == 'at_least' else 'min'}({target}, {number})"

    def _times(self, target: str, op: str, factor: int, full: int) -> str:
        number, under = fraction(factor, self.numbers.loose)
        top = self.numbers.text(number)
        if not full:  # money: half-up to the fen
            return f"{target} = ({target} * {top} + {under // 2}) // {under}"
        if op == "own_share_factor":
            return f"{target} = {full} - ({full} - {target}) * {top} // {under}"
        return f"{target} = {target} * {top} // {under}"

    def _clamp(self, w: Writer, target: str, value: Value, mods: list[tuple[int, Modifier]], full: int) -> None:
        """Hold a rate to 0…1 where its changes could take it out."""
        if self.numbers.loose:
            w.put(f"{target} = min(max({target}, 0), {full})")
            return
        base = value_numbers(value)
        low, high = min(base), max(base)
        plain = all(
            isinstance(c.expr, Const)
            for v in [value, *(m.value for _, m in mods)]
            for ver in v.versions
            for c in ver.cells
        )
        for _, m in mods:
            numbers = value_numbers(m.value)
            if m.op == "points":
                low, high = low + min(0, *numbers), high + max(0, *numbers)
            elif m.op in ("factor", "own_share_factor") and max(numbers) > RATE_SCALE:
                plain = False
        if not plain or low < 0:
            w.put(f"{target} = max({target}, 0)")
        if not plain or high > RATE_SCALE:
            w.put(f"{target} = min({target}, {full})")

    def _helper(
        self,
        value: Value,
        mods: list[tuple[int, Modifier]],
        category: int | None,
        divide: int,
        layer: int,
        low_is_best: bool,
        full: int,
        reads: set[str],
    ) -> str:
        """A function of one identity, and the one that takes the most favourable of those held."""
        self.count += 1
        name = f"value_{self.count}"
        first = "trace, " if self.traced else ""
        arguments = self._arguments(reads)
        w = Writer(self.traced)
        self._body(w, "got", value, mods, category, divide, layer, full)
        w.put("return got")
        better = "got < best" if low_is_best else "got > best"
        if not low_is_best and nullable(value):
            better = "best >= 0 and (got < 0 or got > best)"  # no limit is the best limit
        self.helpers += [f"def {name}({first}{arguments}):", *w.lines, "", ""]
        b = Writer(self.traced)
        rest = arguments.partition(", ")[2]
        for i, code in enumerate(self.scheme.identity_priority):
            with b.block(f"{'if' if i == 0 else 'elif'} identity & {1 << code} != 0"):
                b.put(f"identity = {1 << code}")
        if self.scheme.identity_priority:
            with b.block("else"):
                b.put("identity = 0")
        b.put("bit = identity & -identity")
        b.put("left = identity ^ bit")
        if self.traced:
            b.put("won = []")
        b.put(f"best = {name}({'won, ' if self.traced else ''}bit, {rest})")
        with b.block("while left != 0"):
            b.put("bit = left & -left")
            b.put("left = left ^ bit")
            if self.traced:
                b.put("seen = []")
            b.put(f"got = {name}({'seen, ' if self.traced else ''}bit, {rest})")
            with b.block(f"if {better}"):
                b.put("best = got")
                if self.traced:
                    b.put("won = seen")
        if self.traced:
            b.put("trace.extend(won)")
        b.put("return best")
        self.helpers += [f"def best_{name}({first}{arguments}):", *b.lines, "", ""]
        return name
