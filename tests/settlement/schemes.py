"""Scheme files made up at random over the whole supported language, as YAML text."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from tongchou.law.tables import Scheme
from tongchou.law.tree import load_scheme_file

Draw = st.DrawFn
PERIODS = ("none", "visit", "episode", "day", "month", "quarter", "year", "lifetime")
PARTS = (
    "unclaimed",
    "deductible",
    "over_cap",
    "prepay",
    "first_share",
    "over_limit",
    "out_of_catalogue",
    "over_price",
    "share:*",
)
CATEGORIES = ("outpatient", "chronic", "inpatient", "delivery", "care")
CODES = ("registered_poor", "minimum_allowance", "veteran")
ATTRIBUTES = {  # names that the generated source could trip over
    "cost": {"type": "code", "values": ["low", "mid", "high"], "default": "low"},
    "paid": {"type": "flag", "default": "false"},
    "years": {"type": "integer", "min": 0, "max": 40, "default": 0},
    "balance": {"type": "money", "default": 0},
}
TAGS = ("limit", "up")
HEAD = {"scheme": "any", "categories": ["care"], "attributes": ATTRIBUTES, "index": {"wage": "177000.55"}}


class _Plain(yaml.SafeDumper):
    """Writes everything out: law files know no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def as_text(made: Any) -> str:
    """A scheme file's text."""
    return yaml.dump(made, Dumper=_Plain, sort_keys=False, width=110)


def scheme_of(text: str) -> Scheme:
    """The scheme of a scheme file's text."""
    path = Path(tempfile.gettempdir()) / f"tongchou-test-{hashlib.sha256(text.encode()).hexdigest()[:16]}.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        return load_scheme_file(path)
    finally:
        path.unlink()


def one_of(draw: Draw, *choices: Any) -> Any:
    return draw(st.sampled_from(choices))


def chance(draw: Draw, out_of: int) -> bool:
    return draw(st.integers(1, out_of)) == out_of


# Conditions and values


@st.composite
def conditions(draw: Draw, admission: bool = True) -> dict[str, Any]:
    """One condition on one or two attributes."""
    tests = {
        "category": one_of(
            draw, "inpatient", ["inpatient", "outpatient"], {"not": "chronic"}, {"not": ["care", "delivery"]}
        ),
        "level": one_of(draw, 3, [0, 1], {"min": 2}, {"max": 1}, {"min": 1, "max": 2}),
        "status": one_of(draw, "retired", {"not": "retired"}),
        "identity": one_of(
            draw,
            "registered_poor",
            ["veteran", "minimum_allowance"],
            {"not": "veteran"},
            {"is": "registered_poor", "not": ["minimum_allowance"]},
        ),
        "place": one_of(draw, "unfiled", ["transferred", "emergency"]),
        "rank": one_of(draw, ["township", "county"], {"not": "province"}),
        "referred": one_of(draw, "true", "false"),
        "severe": one_of(draw, "true", "false"),
        "age": one_of(draw, {"min": 60}, {"max": 17}, {"min": 18, "max": 59}),
        "cost": one_of(draw, "high", {"not": "low"}),
        "paid": one_of(draw, "true", "false"),
        "balance": one_of(draw, {"min": 100}, {"max": "999.99"}),
        **({"admission_no": one_of(draw, 2, {"min": 2}, {"max": 1})} if admission else {}),
    }
    names = draw(st.lists(st.sampled_from(sorted(tests)), min_size=1, max_size=2, unique=True))
    return {n: tests[n] for n in names}


def whens(admission: bool = True) -> st.SearchStrategy[Any]:
    """A condition, or a list of which one must hold."""
    one = conditions(admission)
    return st.one_of(one, one, one, st.lists(one, min_size=1, max_size=2))


def yuan(low: int = 0, high: int = 3000) -> st.SearchStrategy[Any]:
    """An amount: round, or to the fen."""
    return st.one_of(
        st.integers(low, high).map(lambda n: n // 10 * 10),
        st.integers(low * 100, high * 100).map(lambda n: f"{n / 100:.2f}"),
    )


@st.composite
def money(draw: Draw, high: int = 3000) -> Any:
    """An amount or an expression of one."""
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return {"index": "wage", "times": one_of(draw, "0.005", "0.03", "0.0012345", 1)}
    if kind == 1:
        steps = {
            "attr": one_of(draw, "years", "chronic_diseases", "admission_no"),
            "above": one_of(draw, 0, 1, 3),
            "per": one_of(draw, 100, "-100.05", 500),
        }
        return {"sum": [draw(yuan(0, high)), {"steps": steps}]}
    if kind == 2:
        return {"min_of": [draw(yuan(0, high)), {"attr": "balance"}]}
    return draw(yuan(0, high))


@st.composite
def percents(draw: Draw) -> Any:
    """A rate, or a rate that grows by steps."""
    if chance(draw, 10):
        return {
            "sum": [
                one_of(draw, 40, "60.5"),
                {"steps": {"attr": "years", "above": 2, "per": one_of(draw, 3, "-2.5")}},
            ]
        }
    return one_of(draw, 0, 35, 50, 60, 75, 85, 90, 100, "66.67", "89.5", "12.34")


@st.composite
def values(draw: Draw, leaf: st.SearchStrategy[Any], dates: bool = True) -> Any:
    """A value: plain, an ordered list, a table, or dated versions of one of them."""
    kind = draw(st.integers(0, 11))
    if kind in (0, 1, 2):
        cells = [{"when": draw(whens()), "value": draw(leaf)} for _ in range(draw(st.integers(1, 2)))]
        return [*cells, {"value": draw(leaf)}]
    if kind in (3, 4):
        return {"by": "level", 1: draw(leaf), 2: draw(leaf), 3: draw(leaf)}
    if kind == 5:
        return {"by": "status", "active": draw(leaf), "retired": draw(leaf), "resident": draw(leaf)}
    if kind == 6 and dates:
        return [
            {"from": "1900-01-01", "value": draw(values(leaf, False))},
            {"from": one_of(draw, "2023-01-01", "2023-04-01"), "value": draw(values(leaf, False))},
        ]
    return draw(leaf)


def gaps(draw: Draw, value: Any) -> Any:
    """Sometimes a value that holds for some time, not for some time, and again."""
    if not chance(draw, 8) or isinstance(value, list):
        return value
    return [
        {"from": "1900-01-01", "to": "2023-01-31", "value": value},
        {"from": "2023-06-30", "value": value},
    ]


def modifiers(draw: Draw, leaves: dict[str, st.SearchStrategy[Any]], most: int = 3) -> list[dict[str, Any]]:
    """Changes in order, at most two of them factors so that eight decimals hold them."""
    made, factors = [], 0
    for _ in range(draw(st.integers(1, most))):
        op = draw(st.sampled_from(sorted(leaves)))
        factors += "factor" in op
        if factors > 2 and "factor" in op:
            continue
        item = {"op": op, "value": gaps(draw, draw(values(leaves[op])))}
        if not chance(draw, 4):
            item["when"] = draw(whens())
        made.append(item)
    return made


FACTORS = st.sampled_from(("0.5", "0.85", "1.15", 0, 1, 2))
OF_RATE = {
    "points": st.one_of(st.sampled_from((5, -10, "2.5", 30)), st.just({"sum": [5, 3]})),
    "factor": FACTORS,
    "own_share_factor": FACTORS,
    "at_least": percents(),
    "at_most": percents(),
}
OF_DEDUCTIBLE = {
    "add": st.sampled_from((100, -150, "-33.33")),
    "factor": FACTORS,
    "at_least": money(500),
    "at_most": money(900),
}


# Layers


def _deductible(draw: Draw, banded: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"amount": draw(values(money())), "per": draw(st.sampled_from(PERIODS))}
    if chance(draw, 3):
        made["pool"] = one_of(draw, "one", "other")
    if chance(draw, 4):
        made["key"] = one_of(draw, "level", "category", "cost", "rank")
    if banded and chance(draw, 2):
        made["as"] = "edge"
    if chance(draw, 2):
        made["modifiers"] = modifiers(draw, OF_DEDUCTIBLE)
    return made


def _cap(draw: Draw) -> dict[str, Any]:
    amount = draw(values(money(6000)))
    if chance(draw, 4):
        amount = [{"when": draw(whens()), "value": None}, {"value": draw(money(4000))}]
    made: dict[str, Any] = {"amount": gaps(draw, amount), "per": draw(st.sampled_from(PERIODS))}
    limits = one_of(draw, "payment", "payment", "cost", "gross")
    if limits != "payment":
        made["limits"] = "cost"
    if limits == "gross":
        made["counted"] = "before_deductible"
    if chance(draw, 2):  # what is counted in a pool is one thing
        made["pool"] = f"{limits}_{one_of(draw, 'a', 'b')}"
    if chance(draw, 4):
        made["key"] = one_of(draw, "level", "category", "cost")
    if chance(draw, 3):
        made["when"] = draw(whens())
    if chance(draw, 2):
        made["then"] = one_of(draw, *TAGS, "person")
    return made


def _bands(draw: Draw) -> list[dict[str, Any]]:
    tops = sorted(draw(st.lists(st.integers(1, 400), min_size=0, max_size=2, unique=True)))
    made: list[dict[str, Any]] = [{"to": n * 10, "rate": draw(values(percents()))} for n in tops]
    if made and chance(draw, 3):
        made[0]["to"] = draw(values(st.sampled_from((50, 100, "77.77")), False))
    return [*made, {"rate": draw(values(percents()))}]


def _intake(draw: Draw, i: int, tags: set[str]) -> Any:
    kinds = ["claim", "part:drugs", "burden", "burden"]
    if i == 0:
        kinds = ["claim", "claim", "part:drugs", "burden"]
    kinds += [f"overflow:{t}" for t in sorted(tags)] * 3
    kind = draw(st.sampled_from(kinds))
    if kind != "burden":
        return kind
    return {
        "burden": draw(
            st.lists(
                st.sampled_from((*PARTS, *(f"share:l{k}" for k in range(i)))),
                min_size=1,
                max_size=5,
                unique=True,
            )
        )
    }


def _layer(draw: Draw, i: int, tags: set[str]) -> dict[str, Any]:
    intake = _intake(draw, i, tags)
    burden = isinstance(intake, dict)
    way = one_of(draw, "rate", "rate", "bands", *(["top_up"] if burden else ["bands"]))
    made: dict[str, Any] = {"name": f"l{i}", "intake": intake}
    if chance(draw, 2):
        made["when"] = draw(whens())
    if chance(draw, 4):
        made["fund"] = "shared"
    if chance(draw, 8):
        made["from" if chance(draw, 2) else "to"] = one_of(draw, "2023-02-01", "2023-07-01")
    if not burden and chance(draw, 5):
        made["package"] = {
            "price": draw(values(yuan(0, 4000))),
            "excess": one_of(draw, "institution", "person"),
            "under": one_of(draw, "price", "actual"),
            "includes": draw(st.lists(st.sampled_from(("out_of_catalogue", "over_limit", "first_share")), unique=True)),
        }
    if chance(draw, 4):
        made["prepay"] = {
            "rate": draw(values(st.sampled_from((0, 5, 10, "12.5", 100)))),
            "place": one_of(draw, "before_deductible", "after_deductible"),
        }
        if chance(draw, 2):
            made["prepay"]["modifiers"] = modifiers(draw, OF_RATE, 2)
    if chance(draw, 2):
        made["deductible"] = _deductible(draw, way == "bands")
    made[way] = _bands(draw) if way == "bands" else draw(values(percents()))
    if way == "bands":
        made["band_scope"] = one_of(draw, "claim", "episode", "year", "year")
    if chance(draw, 3):
        made["modifiers"] = modifiers(draw, OF_RATE)
    if chance(draw, 2):
        made["caps"] = [_cap(draw) for _ in range(draw(st.integers(1, 3)))]
    if chance(draw, 8):
        made["counts_as_admission"] = draw(whens(False))
    tags |= {c["then"] for c in made.get("caps", ()) if c.get("then") in TAGS}
    return undated(made) if "from" in made or "to" in made else made


def undated(node: Any) -> Any:
    """What stands inside of a dated layer, without dates of its own."""
    if isinstance(node, list) and node and isinstance(node[0], dict) and "from" in node[0]:
        return undated(node[0]["value"])
    if isinstance(node, dict):
        return {k: undated(v) for k, v in node.items()}
    return [undated(v) for v in node] if isinstance(node, list) else node


@st.composite
def scheme_files(draw: Draw) -> str:
    """A scheme file with one to four layers."""
    tags: set[str] = set()
    made: dict[str, Any] = {
        **HEAD,
        "identity": {"values": ["veteran"]},
        "rounding": {
            "side": one_of(draw, "fund", "person"),
            "mode": one_of(draw, "half_up", "down"),
            "inverse": one_of(draw, "half_up", "down"),
        },
        "benefit_year_starts": one_of(draw, "01-01", "01-01", "07-01", "04-15"),
        "layers": [_layer(draw, i, tags) for i in range(draw(st.integers(1, 4)))],
    }
    if chance(draw, 3):
        made["identity"]["priority"] = draw(st.permutations(CODES))[: draw(st.integers(1, 3))]
    if chance(draw, 3):
        made["reasons"] = [
            {"code": f"why_{k}", "when": draw(whens(False)), "pays": one_of(draw, "as_usual", "nothing")}
            for k in range(draw(st.integers(1, 3)))
        ]
    return as_text(made)
