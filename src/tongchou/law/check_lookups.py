"""Lookups: every claim the layer can meet finds a cell, and every cell can be met; bands go upward."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from .findings import Finding, Place
from .resolve import all_values
from .tables import Attribute, Cell, Const, Layer, Scheme, Test, Value, When

MOST_POINTS = 200_000
Point = dict[str, int]


def points_of(attribute: Attribute, tests: Iterable[Test], many: bool) -> list[int]:
    """Sample values that tell every condition on the attribute apart (for codes: each single one, and none)."""
    if attribute.kind == "code":
        return list(range(len(attribute.values)))
    if attribute.kind == "flag":
        return [0, 1]
    if attribute.kind == "codes":
        return [0, *(1 << i for i in range(len(attribute.values)))]
    if attribute.kind == "disease":
        used = sorted({v for t in tests for v in t.values})
        return [0, 1, *(1 | 2 << v for v in used), 1 | sum(2 << v for v in used)]
    low = attribute.low if attribute.low is not None else 0
    high = attribute.high if attribute.high is not None else 10**14
    edges = {low, high}
    for t in tests:
        for v in (*t.values, *(x for x in (t.low, t.high) if x is not None)):
            edges |= {v - 1, v, v + 1}
    return sorted(e for e in edges if low <= e <= high)


def holds(when: When, point: Point, kinds: dict[str, str]) -> bool:
    """Whether a condition holds at a point (values as the fold has them)."""
    return not when or any(all(_test(t, point[t.attr], kinds[t.attr]) for t in c) for c in when)


def _test(t: Test, value: int, kind: str) -> bool:
    if t.op == "range":
        return (t.low is None or value >= t.low) and (t.high is None or value <= t.high)
    if kind == "codes":
        met = any(value >> v & 1 for v in t.values)
    elif kind == "disease":
        met = any(value >> (v + 1) & 1 for v in t.values)
        if t.op == "unlisted":
            return bool(value & 1) and not met
    else:
        met = value in t.values
    return met if t.op == "in" else not met


def domain(scheme: Scheme, whens: list[When]) -> Iterator[Point] | None:
    """All points of the attributes that the conditions read; None where they are too many to list."""
    tests: dict[str, list[Test]] = {}
    for when in whens:
        for condition in when:
            for t in condition:
                tests.setdefault(t.attr, []).append(t)
    by_name = {a.name: a for a in scheme.attributes}
    axes = [(n, points_of(by_name[n], ts, False)) for n, ts in sorted(tests.items())]
    size = 1
    for _, values in axes:
        size *= len(values)
    if size > MOST_POINTS:
        return None
    names = [n for n, _ in axes]
    return (dict(zip(names, p, strict=True)) for p in product(*(v for _, v in axes)))


def check_lookups(scheme: Scheme, layer: Layer) -> list[Finding]:
    """Missing and unreachable cells of every value of a layer, within the layer's own condition; band edges."""
    found: list[Finding] = []
    for name, value in all_values(layer):
        where = f"{scheme.area}/{scheme.name}.{layer.name}.{name}"
        for version in value.versions:
            context = _context(layer, name)
            place = Place(version.cite.file, version.cite.line)
            found += check_cells(scheme, context, version.cells, where, place)
    return found + _bands(scheme, layer)


def _context(layer: Layer, name: str) -> list[When]:
    """Conditions that hold where the value is looked up: the layer's, and its cap's or modifier's own."""
    context = [layer.when]
    owner, _, rest = name.partition("[")
    if rest and owner in ("caps", "modifiers", "deductible.modifiers", "prepay.modifiers"):
        i = int(rest.partition("]")[0])
        if owner == "caps":
            context.append(layer.caps[i].when)
        elif owner == "modifiers":
            context.append(layer.modifiers[i].when)
        elif owner.startswith("deductible") and layer.deductible is not None:
            context.append(layer.deductible.modifiers[i].when)
        elif layer.prepay is not None:
            context.append(layer.prepay.modifiers[i].when)
    return context


def check_cells(scheme: Scheme, context: list[When], cells: tuple[Cell, ...], where: str, place: Place) -> list[Finding]:
    """One ordered list against its domain."""
    if len(cells) == 1 and not cells[0].when:
        return []
    points = domain(scheme, [*context, *(c.when for c in cells)])
    if points is None:
        return [] if not cells[-1].when else [Finding(
            "missing_cell", place, where, "a last cell without condition in a table this large", "none",
            "end the list with {value: …}")]
    kinds = {a.name: a.kind for a in scheme.attributes}
    reached: set[int] = set()
    missing: Point | None = None
    for point in points:
        if not all(holds(w, point, kinds) for w in context):
            continue
        first = next((i for i, c in enumerate(cells) if holds(c.when, point, kinds)), None)
        if first is None:
            missing = missing or point
        else:
            reached.add(first)
    found = []
    if missing is not None:
        found.append(Finding("missing_cell", place, where, "a cell for every claim",
                             f"none for {describe(scheme, missing)}", "add the cell, or a last one without `when`"))
    for i in range(len(cells)):
        if i not in reached and missing is None:
            found.append(Finding("unreachable_cell", place, f"{where}[{i}]", "a cell that some claim meets",
                                 "one that earlier cells leave nothing for", "remove it or put it earlier"))
    return found


def describe(scheme: Scheme, point: Point) -> str:
    """A point in the words of the law."""
    words = []
    for a in scheme.attributes:
        if a.name not in point:
            continue
        v = point[a.name]
        if a.kind == "code":
            words.append(f"{a.name}: {a.values[v]}")
        elif a.kind == "codes":
            words.append(f"{a.name}: {a.values[v.bit_length() - 1] if v else 'none'}")
        elif a.kind == "flag":
            words.append(f"{a.name}: {'true' if v else 'false'}")
        else:
            words.append(f"{a.name}: {v}")
    return ", ".join(words)


def _bands(scheme: Scheme, layer: Layer) -> list[Finding]:
    """Edges that never fall from one band to the next."""
    found = []
    uppers = [b.upto for b in layer.bands if b.upto is not None]
    for i, (a, b) in enumerate(zip(uppers, uppers[1:], strict=False)):
        low, high = _numbers(a), _numbers(b)
        if low and high and max(low) >= min(high):
            v = b.versions[0]
            found.append(Finding(
                "bands_out_of_order", Place(v.cite.file, v.cite.line), f"{scheme.area}/{scheme.name}.{layer.name}.bands[{i + 1}].to",
                f"an edge above {max(low) / 100:g}", f"{min(high) / 100:g}", "write the bands from the lowest to the highest"))
    return found


def _numbers(value: Value) -> list[int]:
    cells = [c for v in value.versions for c in v.cells]
    return [c.expr.value for c in cells if isinstance(c.expr, Const) and c.expr.value is not None]
