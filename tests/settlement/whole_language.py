"""Every word of the scheme language, and where a scheme file uses it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

CHOICES = {
    "side": ("fund", "person"),
    "mode": ("half_up", "down"),
    "inverse": ("half_up", "down"),
    "type": ("integer", "money", "date", "code", "flag"),
    "intake": ("claim", "part", "overflow", "burden"),
    "excess": ("institution", "person"),
    "under": ("price", "actual"),
    "actual": ("min", "ignore"),
    "place": ("before_deductible", "after_deductible"),
    "as": ("subtract", "edge"),
    "band_scope": ("claim", "episode", "year"),
    "op": ("points", "factor", "own_share_factor", "at_least", "at_most", "add"),
    "limits": ("payment", "cost"),
    "then": ("person", "tag"),
    "payer": ("fund", "own"),
    "per": ("none", "visit", "episode", "day", "month", "quarter", "year", "lifetime", "rolling_days"),
    "pays": ("nothing", "as_usual"),
}
"""Words whose value is one of a few: each of them is a word by itself."""
# fmt: off
OF_SCHEME = (
    "categories", "attributes", "index", "benefit_year_starts", "rounding", "identity", "priority", "values",
    "default", "from", "bins", "min", "max", "reasons", "payment_sources", "cash", "choose", "of",
)
OF_LAYER = (
    "name", "when", "from", "to", "fund", "package", "price", "includes", "unit", "tariff", "quantity", "prepay",
    "prepay_in_short", "rate", "deductible", "amount", "pool", "key", "repeat_every_days", "modifiers", "top_up",
    "bands", "caps", "counted", "counts_as_admission", "catch_up", "by", "index", "times", "steps", "attr", "above",
    "sum", "min_of", "null", "any_of", "is", "not", "min", "max", "list",
)
# fmt: on
LAYER_CHOICES = (
    "intake",
    "excess",
    "under",
    "actual",
    "place",
    "as",
    "band_scope",
    "op",
    "limits",
    "then",
    "payer",
    "per",
)
WORDS = frozenset(
    [f"scheme {w}" for w in OF_SCHEME]
    + [f"layer {w}" for w in OF_LAYER]
    + [f"{'layer' if k in LAYER_CHOICES else 'scheme'} {k}: {one}" for k, of in CHOICES.items() for one in of]
    + ["source when", "source not_for", "source balance"]
)
"""The whole language, as ``words_of`` names it."""
CONDITIONS = ("when", "counts_as_admission")


def words_of(node: Any, of: str) -> Iterator[str]:
    """The words of a scheme, a layer or a payment source (``of``), as written."""
    if isinstance(node, list):
        for item in node:
            yield from words_of(item, of)
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key in CONDITIONS:
            yield from (f"{of} {word}" for word in (key, *_asked(value)))
            continue
        yield f"{of} {key}"
        if key in CHOICES:
            yield f"{of} {key}: {_chosen(key, value)}"
        if key == "prepay" and not isinstance(value, dict):
            yield f"{of} prepay_in_short"
        if value is None:
            yield f"{of} null"
        yield from words_of(value, of)


def _chosen(key: str, value: Any) -> str:
    """The word a key has chosen; tags, parts and lengths are of the law, not of the language."""
    if isinstance(value, dict):
        return str(next(iter(value)))
    if key == "then":
        return "person" if value == "person" else "tag"
    return str(value).partition(":")[0]


def _asked(when: Any) -> Iterator[str]:
    """Words of a condition, not the attributes it names."""
    if isinstance(when, list):
        yield "any_of"
    for condition in when if isinstance(when, list) else [when]:
        for test in condition.values():
            if isinstance(test, list):
                yield "list"
            elif isinstance(test, dict):
                yield from test
