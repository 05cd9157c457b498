"""Tables by identity alone: which value the most favourable of several held identities gives."""

from __future__ import annotations

from collections.abc import Sequence

from ..tables import Cell, Const, Scheme

Ranked = list[tuple[int, int | None]]
"""(mask of the identities that give it, number), the most favourable first; mask 0: whoever holds none of them."""


def ranked(scheme: Scheme, cells: Sequence[Cell], low_is_best: bool) -> Ranked:
    """The groups of a plain table; empty for a table of another kind, which is looked up identity by identity."""
    if not cells or cells[-1].when or scheme.identity_priority or not all(map(_plain, cells[:-1])):
        return []
    numbers = [c.expr.value for c in cells if isinstance(c.expr, Const)]
    if len(numbers) < len(cells):
        return []
    last = len(cells) - 1
    masks = [0] * len(cells)
    for code in range(next(len(a.values) for a in scheme.attributes if a.name == "identity")):
        masks[next((k for k, c in enumerate(cells[:-1]) if code in c.when[0][0].values), last)] |= 1 << code

    def favour(k: int) -> float:
        number = numbers[k]  # None: no limit
        return float("inf") if number is None else -number if low_is_best else number

    order = sorted(range(len(cells)), key=favour, reverse=True)
    found: Ranked = [(masks[k], numbers[k]) for k in order if masks[k] and k != order[-1]]
    if order[-1] != last and masks[order[-1]]:
        found.append((masks[order[-1]], numbers[order[-1]]))
    return [*found, (0, numbers[last])]


def _plain(cell: Cell) -> bool:
    """Whether a cell asks for identities and nothing else."""
    tests = [t for condition in cell.when for t in condition]
    return len(tests) == 1 and tests[0].attr == "identity" and tests[0].op == "in"
