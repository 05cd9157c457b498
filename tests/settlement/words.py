"""Conditions, values and modifiers made up at random: the words of which ``schemes`` builds layers."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

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
    "above_tariff",
    "share:*",
)
CATEGORIES = ("outpatient", "chronic", "inpatient", "delivery", "care")
CODES = ("registered_poor", "minimum_allowance", "veteran")
ATTRIBUTES = {  # names that the generated source could trip over
    "cost": {"type": "code", "values": ["low", "mid", "high"], "default": "low"},
    "paid": {"type": "flag", "default": "false"},
    "years": {"type": "integer", "from": "years_insured", "min": 0, "max": 40, "default": 0},
    "age": {"type": "integer", "from": "born"},
    "hired": {"type": "date", "default": "2023-01-01"},
    "balance": {"type": "money", "default": 0},
    "family": {"type": "money", "default": 0},
    "bed_days": {"type": "integer", "max": 400, "default": 0},
    "grade": {"type": "integer", "max": 9, "bins": [0, 3, 6], "default": 0},
    "income": {"type": "money", "bins": [0, 500, "2000.50"], "default": 0},
}
ROLLING_DAYS = (1, 7, 30)
TAGS = ("limit", "up")
HEAD = {"scheme": "any", "categories": ["care"], "attributes": ATTRIBUTES, "index": {"wage": "177000.55"}}


def one_of(draw: Draw, *choices: Any) -> Any:
    return draw(st.sampled_from(choices))


def chance(draw: Draw, out_of: int) -> bool:
    return draw(st.integers(1, out_of)) == out_of


# Conditions and values


TESTS: dict[str, tuple[Any, ...]] = {
    "category": ("inpatient", ["inpatient", "outpatient"], {"not": "chronic"}, {"not": ["care", "delivery"]}),
    "level": (3, [0, 1], {"min": 2}, {"max": 1}, {"min": 1, "max": 2}),
    "status": ("retired", {"not": "retired"}),
    "identity": (
        "registered_poor",
        ["veteran", "minimum_allowance"],
        {"not": "veteran"},
        {"is": "registered_poor", "not": ["minimum_allowance"]},
    ),
    "place": ("unfiled", ["transferred", "emergency"]),
    "rank": (["township", "county"], {"not": "province"}),
    "referred": ("true", "false"),
    "severe": ("true", "false"),
    "age": ({"min": 60}, {"max": 17}, {"min": 18, "max": 59}),
    "cost": ("high", {"not": "low"}),
    "paid": ("true", "false"),
    "balance": ({"min": 100}, {"max": "999.99"}),
    "hired": ({"max": "2022-12-31"}, {"min": "2023-02-01", "max": "2023-07-01"}),
    "grade": (3, [0, 3], [3, 6], {"min": 2}, {"max": 5}),
    "income": (500, [0, 500], "2000.50", {"min": "500.01"}),
    "admission_no": (2, {"min": 2}, {"max": 1}),
}
"""What a condition may ask of each attribute."""


@st.composite
def conditions(draw: Draw, admission: bool = True) -> dict[str, Any]:
    """One condition on one or two attributes."""
    known = [name for name in sorted(TESTS) if admission or name != "admission_no"]
    names = draw(st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True))
    return {name: draw(st.sampled_from(TESTS[name])) for name in names}


def whens(admission: bool = True) -> st.SearchStrategy[Any]:
    """A condition, or a list of which one must hold."""
    one = conditions(admission)
    return st.one_of(one, one, one, st.lists(one, min_size=1, max_size=2))


def period(draw: Draw) -> Any:
    """A period, one in four of them rolling."""
    return {"rolling_days": one_of(draw, *ROLLING_DAYS)} if chance(draw, 4) else draw(st.sampled_from(PERIODS))


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
    if kind == 7:
        return {"by": "grade", 0: draw(leaf), 3: draw(leaf), 6: draw(leaf)}
    if kind == 8 and chance(draw, 2):
        return {"by": "income", 0: draw(leaf), 500: draw(leaf), "2000.50": draw(leaf)}
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
