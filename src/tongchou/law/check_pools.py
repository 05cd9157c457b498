"""Running totals that would count twice: a pool is a sum of payments or of costs, never of both."""

from __future__ import annotations

from itertools import combinations

from .findings import Finding, Place
from .tables import Cap, Layer, Scheme


def check_pools(scheme: Scheme) -> list[Finding]:
    """Caps of one layer that share a total although one limits payment and the other cost."""
    found = []
    for layer in scheme.layers:
        for (i, a), (j, b) in combinations(enumerate(layer.caps), 2):
            shared = (a.pool, a.per, a.key) == (b.pool, b.per, b.key) and a.per != "none"
            if shared and a.limits != b.limits:
                found.append(
                    Finding(
                        "pool_counted_twice",
                        _place(layer, b),
                        f"{scheme.area}/{scheme.name}.{layer.name}.caps[{j}].pool",
                        f"a total of its own for the cap on {b.limits}",
                        f"the pool {b.pool!r} of caps[{i}], which limits {a.limits}: each claim would add to it twice",
                        "give one of the two caps another `pool`",
                        _place(layer, a),
                    )
                )
    return found


def _place(layer: Layer, cap: Cap) -> Place:
    cite = cap.amount.versions[0].cite if cap.amount.versions else layer.cite
    return Place(cite.file, cite.line)
