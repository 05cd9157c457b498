"""Lookups: every claim the layer can meet finds a cell, and every cell can be met; bands go upward."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, pairwise, product

from .documents import Parameter
from .findings import Finding, Place
from .resolve import all_values
from .tables import NO_END, Attribute, Cell, Const, Layer, Scheme, Test, When
from .timeline import timeline

MOST_POINTS = 200_000
Point = dict[str, int]


def points_of(attribute: Attribute, tests: Iterable[Test]) -> list[int]:
    """Sample values that tell every condition on the attribute apart."""
    if attribute.kind == "code":
        return list(range(len(attribute.values)))
    if attribute.kind == "flag":
        return [0, 1]
    if attribute.kind == "codes":  # every set of those asked for (of many: each pair), alone and with another one
        used = sorted({v for t in tests for v in t.values})
        sizes = range(len(used) + 1 if len(used) <= 6 else 3)
        sets = [sum(1 << v for v in c) for n in sizes for c in combinations(used, n)]
        other = next((1 << i for i in range(len(attribute.values)) if i not in used), 0)
        return list(dict.fromkeys(s | o for s in sets for o in (0, other)))
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


def holds(when: When, point: Point, kinds: Mapping[str, str]) -> bool:
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


def domain(owner: Scheme | Parameter, whens: list[When]) -> Iterator[Point] | None:
    """All points of the attributes that the conditions read; None where they are too many to list."""
    tests: dict[str, list[Test]] = {}
    for when in whens:
        for condition in when:
            for t in condition:
                tests.setdefault(t.attr, []).append(t)
    by_name = {a.name: a for a in owner.attributes}
    axes = [(n, points_of(by_name[n], ts)) for n, ts in sorted(tests.items())]
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
            place = Place(version.cite.file, version.cite.line)
            found += check_cells(scheme, *_context(layer, name), version.cells, where, place)
    return found + _bands(scheme, layer)


def check_parameter(parameter: Parameter) -> list[Finding]:
    """Missing and unreachable cells of a parameter."""
    where = f"{parameter.area}/{parameter.subject}.{parameter.name}"
    return [
        f
        for v in parameter.value.versions
        for f in check_cells(parameter, [], [], v.cells, where, Place(v.cite.file, v.cite.line))
    ]


def _context(layer: Layer, name: str) -> tuple[list[When], list[When]]:
    """Conditions that hold where the value is looked up: the layer's and its cap's, and its modifier's own.

    The first are asked of all identities held, a modifier's (like the cells) of each one by itself.
    """
    owner, _, rest = name.partition("[")
    i = int(rest.partition("]")[0]) if rest else 0
    if owner == "caps":
        return [layer.when, layer.caps[i].when], []
    if owner == "modifiers":
        return [layer.when], [layer.modifiers[i].when]
    if owner == "deductible.modifiers" and layer.deductible is not None:
        return [layer.when], [layer.deductible.modifiers[i].when]
    if owner == "prepay.modifiers" and layer.prepay is not None:
        return [layer.when], [layer.prepay.modifiers[i].when]
    return [layer.when], []


def one_by_one(point: Point, kinds: Mapping[str, str], priority: tuple[int, ...]) -> Iterator[Point]:
    """The point for each identity held by itself, as a lookup takes them (only the first by priority, if any)."""
    name = next((n for n in point if kinds[n] == "codes"), None)
    held = [] if name is None else [b for b in range(point[name].bit_length()) if point[name] >> b & 1]
    if name is None or not held:
        yield point
    elif priority:
        yield point | {name: next((1 << b for b in priority if b in held), 0)}
    else:
        yield from (point | {name: 1 << b} for b in held)


def check_cells(
    owner: Scheme | Parameter,
    context: list[When],
    inner: list[When],
    cells: tuple[Cell, ...],
    where: str,
    place: Place,
) -> list[Finding]:
    """One ordered list against its domain."""
    if len(cells) == 1 and not cells[0].when:
        return []
    points = domain(owner, [*context, *inner, *(c.when for c in cells)])
    if points is None:
        return (
            []
            if not cells[-1].when
            else [
                Finding(
                    "missing_cell",
                    place,
                    where,
                    "a last cell without condition in a table this large",
                    "none",
                    "end the list with {value: …}",
                )
            ]
        )
    reached, missing = _met(owner, points, context, inner, cells)
    if missing is not None:
        found = f"none for {describe(owner, missing) or 'any'}"
        fix = "add the cell, or a last one without `when`"
        return [Finding("missing_cell", place, where, "a cell for every claim", found, fix)]
    left = "one that earlier cells leave nothing for", "remove it or put it earlier"
    return [
        Finding("unreachable_cell", place, f"{where}[{i}]", "a cell that some claim meets", *left)
        for i in range(len(cells))
        if i not in reached
    ]


def _met(
    owner: Scheme | Parameter,
    points: Iterable[Point],
    context: list[When],
    inner: list[When],
    cells: tuple[Cell, ...],
) -> tuple[set[int], Point | None]:
    """The cells that some point meets, and the first point that meets none."""
    kinds: dict[str, str] = {a.name: a.kind for a in owner.attributes}
    priority = owner.identity_priority if isinstance(owner, Scheme) else ()
    reached: set[int] = set()
    missing: Point | None = None
    for held in points:
        if not all(holds(w, held, kinds) for w in context):
            continue
        for point in one_by_one(held, kinds, priority):
            if not all(holds(w, point, kinds) for w in inner):
                continue
            first = first_cell(cells, point, kinds)
            if first is None:
                missing = missing or point
            else:
                reached.add(first)
    return reached, missing


def first_cell(cells: tuple[Cell, ...], point: Point, kinds: Mapping[str, str]) -> int | None:
    """The first cell whose condition holds."""
    return next((i for i, c in enumerate(cells) if holds(c.when, point, kinds)), None)


def describe(owner: Scheme | Parameter, point: Point) -> str:
    """A point in the words of the law."""
    words = []
    for a in owner.attributes:
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
    """Edges that rise from one band to the next, on every day and for every claim."""
    found = []
    uppers = [b.upto for b in layer.bands if b.upto is not None]
    for i, (a, b) in enumerate(pairwise(uppers)):
        pairs = (
            (x, y)
            for x in timeline(a).versions
            for y in timeline(b).versions
            if x.start < (y.end or NO_END) and y.start < (x.end or NO_END)
        )
        for x, y in pairs:
            fault = _not_rising(scheme, layer, x.cells, y.cells)
            if fault is not None:
                found.append(
                    Finding(
                        "bands_out_of_order",
                        Place(y.cite.file, y.cite.line),
                        f"{scheme.area}/{scheme.name}.{layer.name}.bands[{i + 1}].to",
                        f"an edge above {fault[0] / 100:g}",
                        f"{fault[1] / 100:g}",
                        "write the bands from the lowest to the highest",
                        Place(x.cite.file, x.cite.line),
                    )
                )
                break
    return found


def _not_rising(
    scheme: Scheme, layer: Layer, lower: tuple[Cell, ...], upper: tuple[Cell, ...]
) -> tuple[int, int] | None:
    """Two edges of one claim of which the later is not above the earlier; only plain numbers can be compared."""
    points = domain(scheme, [layer.when, *(c.when for c in (*lower, *upper))])
    kinds = {a.name: a.kind for a in scheme.attributes}
    for point in points or ():
        if not holds(layer.when, point, kinds):
            continue
        i, j = first_cell(lower, point, kinds), first_cell(upper, point, kinds)
        if i is None or j is None:
            continue
        x, y = lower[i].expr, upper[j].expr
        if (
            isinstance(x, Const)
            and isinstance(y, Const)
            and x.value is not None
            and y.value is not None
            and x.value >= y.value
        ):
            return x.value, y.value
    return None
