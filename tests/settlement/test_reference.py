"""The plain reference against published vectors and worked cases; tables built by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tongchou.law import tables as t
from tongchou.rules.settlement.reference import PlainResult, settle_all, settle_plain
from tongchou.rules.settlement.reference_values import Totals

START = date(2000, 1, 1).toordinal()
CITE = t.Cite("test", "test", "1", "assumed", START, None, START, "test", 1)
STAY = t.STANDARD_CATEGORIES.index("inpatient")
CHRONIC = t.STANDARD_CATEGORIES.index("chronic")
YEAR = ("year", 2023)
ATTRIBUTES = (
    t.Attribute("category", "code", t.STANDARD_CATEGORIES),
    t.Attribute("level", "integer", low=0, high=3),
    t.Attribute("retired", "flag"),
    t.Attribute("identity", "codes", ("poor", "allowance")),
    t.Attribute("referred", "flag"),
    t.Attribute("years", "integer"),
    t.Attribute("admission_no", "state"),
)


def fen(yuan: str | int) -> int:
    return int(Decimal(yuan) * 100)


def rate_of(percent: str | int) -> int:
    return int(Decimal(percent) * t.RATE_SCALE / 100)


def when(**tests: Any) -> t.When:
    """One condition; a tuple is low and high of a range, a list is ``not_in``."""
    made = []
    for attr, wanted in tests.items():
        if isinstance(wanted, tuple):
            made.append(t.Test(attr, "range", low=wanted[0], high=wanted[1]))
        elif isinstance(wanted, list):
            made.append(t.Test(attr, "not_in", tuple(wanted)))
        else:
            made.append(t.Test(attr, "in", (wanted,)))
    return (tuple(made),)


def value(unit: Any, *cells: Any) -> t.Value:
    """Cells are an Expr, a raw number or (when, either)."""
    made = []
    for cell in cells:
        condition, expr = cell if isinstance(cell, tuple) else ((), cell)
        made.append(t.Cell(condition, expr if isinstance(expr, t.Struct) else t.Const(expr)))
    return t.Value(unit, (t.Version(START, None, tuple(made), CITE),))


def yuan(*cells: Any) -> t.Value:
    return value("fen", *[scaled(cell, fen) for cell in cells])


def rate(*cells: Any) -> t.Value:
    return value("rate", *[scaled(cell, rate_of) for cell in cells])


def scaled(cell: Any, scale: Any) -> Any:
    if isinstance(cell, tuple):
        return cell[0], scaled(cell[1], scale)
    return cell if cell is None or isinstance(cell, t.Struct) else scale(cell)


def by_level(*amounts: Any) -> tuple[Any, ...]:
    return tuple((when(level=k + 1), amount) for k, amount in enumerate(amounts))


def deductible(
    *cells: Any,
    per: Any = "visit",
    pool: str = "d",
    key: str | None = None,
    edge: bool = False,
    modifiers: tuple[t.Modifier, ...] = (),
) -> t.Deductible:
    return t.Deductible(yuan(*cells), per, pool, key, edge, modifiers)


def cap(
    *cells: Any,
    per: Any = "year",
    pool: str = "cap",
    key: str | None = None,
    then: str | None = None,
    limits: Any = "payment",
    condition: t.When = (),
    before: bool = False,
) -> t.Cap:
    return t.Cap(yuan(*cells), per, pool, key, condition, limits, then, before)


def bands(*pairs: tuple[Any, Any]) -> tuple[t.Band, ...]:
    return tuple(t.Band(None if top is None else yuan(top), rate(percent)) for top, percent in pairs)


def layer(name: str, intake: t.Intake | None = None, **changes: Any) -> t.Layer:
    base: dict[str, Any] = {
        "title": name, "start": START, "end": None, "when": (), "fund": name, "package": None, "prepay": None,
        "deductible": None, "rate": None, "top_up": None, "bands": (), "band_scope": "claim",
        "modifiers": (), "caps": (), "counts_as_admission": None, "cite": CITE,
    }  # fmt: skip
    return t.Layer(name=name, intake=intake or t.Intake("claim"), **{**base, **changes})


def overflow(tag: str) -> t.Intake:
    return t.Intake("overflow", tag)


def burden(*parts: str) -> t.Intake:
    return t.Intake("burden", parts=parts)


def scheme(*layers: t.Layer, **changes: Any) -> t.Scheme:
    base: dict[str, Any] = {
        "area": "530100", "name": "employee", "title": "", "start": START, "end": None,
        "attributes": ATTRIBUTES, "categories": t.STANDARD_CATEGORIES, "indices": {}, "side": "fund",
        "mode": "half_up", "inverse": "half_up", "year_starts": (1, 1), "identity_priority": (),
        "reasons": (), "catalogues": (), "version": "test",
    }  # fmt: skip
    return t.Scheme(layers=layers, **{**base, **changes})


_rows = iter(range(1, 10**9))


def claim(in_scope: str | int, on: str = "2023-05-04", **changes: Any) -> dict[str, int]:
    row = next(_rows)
    made = {
        "day": date.fromisoformat(on).toordinal(), "category": STAY, "level": 3, "retired": 0, "referred": 1,
        "years": 0, "designated": 1, "severe": 0, "interim": 0, "identity": 0, "disease": 0,
        "in_scope": fen(in_scope), "first_share": 0, "over_limit": 0, "out_of_catalogue": 0,
        "stay": row, "episode": row, **changes,
    }  # fmt: skip
    outside = made["first_share"] + made["over_limit"] + made["out_of_catalogue"]
    return {**made, "billed": made["in_scope"] + outside}


def person(result: PlainResult) -> int:
    return sum(result.parts.values())


def paid(results: list[PlainResult], name: str = "a") -> list[int]:
    return [result.paid[name] for result in results]


def yuans(*amounts: str) -> list[int]:
    return [fen(amount) for amount in amounts]


# Worked cases of Kunming and Shandong


def kunming_outpatient() -> t.Scheme:
    return scheme(
        layer("a", deductible=deductible(*by_level(30, 60, 90)), rate=rate(*by_level(60, 55, 50)),
              caps=(cap(6000, pool="out", then="above"),)),
        layer("b", overflow("above"), rate=rate(*by_level(91, 88, 85)), caps=(cap(80000, pool="stay"),)),
    )  # fmt: skip


def kunming_stay() -> t.Scheme:
    own = t.Modifier(when(retired=1), "own_share_factor", value("rate", rate_of(70)))
    return scheme(
        layer("a", deductible=deductible(*by_level(200, 500, 1200)), rate=rate(*by_level(91, 88, 85)),
              modifiers=(own,), caps=(cap(80000, pool="stay", then="large"),)),
        layer("b", overflow("large"), rate=rate(90), caps=(cap(420000, pool="large"),)),
    )  # fmt: skip


def test_kunming_outpatient_overflow() -> None:
    totals: Totals = {("out", YEAR, None): fen(5500)}
    result = settle_plain(kunming_outpatient(), claim(2090), totals)
    assert result.paid == {"a": fen(500), "b": fen(850)}
    assert person(result) == fen(740)
    assert result.parts == {"deductible": fen(90), "share:a": fen(500), "share:b": fen(150)}
    assert totals[("out", YEAR, None)] == fen(6000)
    assert totals[("stay", YEAR, None)] == fen(850)
    result = settle_plain(kunming_outpatient(), claim(190), totals)
    assert result.paid == {"a": 0, "b": fen(85)}
    assert result.reason == ""


@pytest.mark.parametrize(
    ("in_scope", "retired", "expected", "own"),
    [
        (150000, 0, ("80000", "49214.12"), "20785.88"),  # KM-INP-C3
        (700000, 1, ("80000", "420000"), "200000"),  # KM-INP-C4
    ],
)
def test_kunming_stay_and_large_expense(in_scope: int, retired: int, expected: tuple[str, str], own: str) -> None:
    result = settle_plain(kunming_stay(), claim(in_scope, retired=retired), {})
    assert list(result.paid.values()) == yuans(*expected)
    assert person(result) == fen(own)
    assert result.deductible == fen(1200)


def test_shandong_critical_illness() -> None:
    tables = scheme(
        layer("a", rate=rate(100), caps=(cap(100000),)),
        layer("ci", burden("deductible", "share:*", "over_cap"), band_scope="year",
              deductible=deductible(10000, per="year", pool="ci", edge=True),
              bands=bands((100000, 50), (None, 60)), caps=(cap(200000, pool="ci_cap"),)),
    )  # fmt: skip
    totals: Totals = {}
    result = settle_plain(tables, claim(270000, out_of_catalogue=fen(30000)), totals)
    assert result.paid == {"a": fen(100000), "ci": fen(87000)}
    assert person(result) == fen(113000)
    assert result.parts == {"over_cap": fen(83000), "out_of_catalogue": fen(30000)}
    assert totals[("ci.burden", YEAR, None)] == fen(170000)


# 2.2 deductibles, 2.4 caps


@pytest.mark.parametrize(("key", "expected"), [(None, ("80", "240", "350")), ("level", ("80", "120", "70"))])
def test_jinan_yearly_deductible(key: str | None, expected: tuple[str, ...]) -> None:
    tables = scheme(layer("a", deductible=deductible(*by_level(200, 400, 800), per="year", key=key),
                          rate=rate(*by_level(80, 70, 60))))  # fmt: skip
    rows = [claim(300, level=1), claim(1000, level=3), claim(500, level=2)]
    assert paid(settle_all(tables, rows)) == yuans(*expected)


@pytest.mark.parametrize(("quarter_first", "then"), [(True, "2550"), (False, "3400")])
def test_two_caps_with_their_own_consequence(quarter_first: bool, then: str) -> None:
    quarter, year = cap(2500, per="quarter", pool="q"), cap(6000, pool="y", then="up")
    caps = (quarter, year) if quarter_first else (year, quarter)
    tables = scheme(layer("a", rate=rate(50), caps=caps), layer("b", overflow("up"), rate=rate(85)))
    rows = [claim(5000, "2023-01-10"), claim(5000, "2023-04-10"), claim(6000, "2023-09-30")]
    results = settle_all(tables, rows)
    assert paid(results) == yuans("2500", "2500", "1000")
    assert paid(results, "b") == yuans("0", "0", then)


def test_cap_for_hospitals_inside_the_cap_for_all() -> None:
    wage = {"wage": yuan(177000)}
    all_of_it = cap(t.IndexTimes("wage", rate_of(6)), pool="all")
    hospital = cap(t.IndexTimes("wage", rate_of(3)), pool="h", condition=when(level=(2, None)))
    tables = scheme(layer("a", rate=rate(*by_level(75, 65, 55)), caps=(all_of_it, hospital)), indices=wage)
    results = settle_all(tables, [claim(9000), claim(2000), claim(8000, level=1)])
    assert paid(results) == yuans("4950", "360", "5310")


@pytest.mark.parametrize(("before", "expected"), [(False, "800"), (True, "720")])
def test_cost_cap_with_and_without_the_deductible(before: bool, expected: str) -> None:
    tables = scheme(layer("a", deductible=deductible(100), rate=rate(80),
                          caps=(cap(1000, limits="cost", before=before),)))  # fmt: skip
    totals: Totals = {}
    result = settle_plain(tables, claim(5000), totals)
    assert result.paid["a"] == fen(expected)
    assert totals[("cap", YEAR, None)] == fen(1000)


def test_payment_under_no_cap_is_kept_apart() -> None:
    limit = cap((when(severe=1), None), 500)
    tables = scheme(layer("a", rate=rate(50), caps=(limit,)))
    totals: Totals = {}
    assert settle_plain(tables, claim(4000, severe=1), totals).warnings == {"disease_unchecked"}
    assert totals[("a.uncapped", YEAR, None)] == fen(2000)
    assert settle_plain(tables, claim(4000), totals).paid["a"] == fen(500)
    result = settle_plain(tables, claim(4000), totals)
    assert (result.reason, result.parts) == ("cap_used", {"over_cap": fen(4000)})


# 2.6 changes of rate, 2.7 values, 2.8 bands


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"modifiers": (t.Modifier((), "points", value("rate", rate_of(-10))),)}, "36900"),
        ({"modifiers": (t.Modifier((), "factor", value("rate", rate_of(90))),)}, "37638"),
        ({"prepay": t.Prepay(rate(10), (), False)}, "37570"),
        ({"prepay": t.Prepay(rate(10), (), True)}, "37638"),
    ],
)
def test_three_ways_to_pay_less(changes: dict[str, Any], expected: str) -> None:
    tables = scheme(layer("a", deductible=deductible(800), rate=rate(85), **changes))
    assert settle_plain(tables, claim(50000), {}).paid["a"] == fen(expected)


def test_a_product_of_rates_is_exact() -> None:
    tables = scheme(layer("a", rate=rate("89.5"), modifiers=(t.Modifier((), "factor", rate(85)),)))
    assert settle_plain(tables, claim("123456.78"), {}).paid["a"] == fen("93919.75")


@pytest.mark.parametrize(("years", "free", "expected"), [(9, 3, 324000), (30, 0, 360000)])
def test_counts_raise_a_cap(years: int, free: int, expected: int) -> None:
    raised = t.MinOf((t.Const(fen(60000)), t.SumOf((t.Steps("years", 4, fen(3000)),
                                                    t.Steps("free", 0, fen(3000))))))  # fmt: skip
    limit = cap(t.SumOf((t.Const(fen(300000)), raised)))
    tables = scheme(layer("a", rate=rate(100), caps=(limit,)))
    assert settle_plain(tables, claim(900000, years=years, free=free), {}).paid["a"] == fen(expected)


def test_bands_of_a_stay_with_the_deductible_as_edge() -> None:
    tables = scheme(layer("a", deductible=deductible(650, edge=True),
                          bands=bands((30000, 85), (40000, 90), (None, 95)),
                          modifiers=(t.Modifier((), "own_share_factor", rate(60)),)))  # fmt: skip
    result = settle_plain(tables, claim("97372.18"), {})
    assert result.paid["a"] == fen("91759.51")
    assert result.deductible == fen(650)


def test_an_edge_on_payments_is_an_overflow() -> None:
    tables = scheme(
        layer("a", deductible=deductible(1800, per="year"), rate=rate(70), caps=(cap(20000, then="b"),)),
        layer("b", overflow("b"), rate=rate(60)),
    )
    results = settle_all(tables, [claim(20000), claim(20000)])
    assert paid(results) == yuans("12740", "7260")
    assert paid(results, "b") == yuans("0", "5777.14")


def test_inverse_through_bands() -> None:
    tables = scheme(layer("a", bands=bands((1000, 50), (None, 80)), band_scope="year",
                          caps=(cap(1300, then="b"),)), layer("b", overflow("b"), rate=rate(10)))  # fmt: skip
    results = settle_all(tables, [claim(500), claim(5000)])
    # 1,300 is reached at 2,000: 500 of them were used before
    assert paid(results) == yuans("250", "1050")
    assert paid(results, "b") == yuans("0", "350")


# 2.9 parts, 2.10 episodes and admissions, 2.11 packages


def test_parts_of_one_bill() -> None:
    tables = scheme(
        layer("essential", t.Intake("part", "essential"), rate=rate(90)),
        layer("a", deductible=deductible(1200, per="year"), rate=rate(90)),
    )
    results = settle_all(tables, [claim(1000, part_essential=fen(300)) for _ in range(2)])
    assert paid(results, "essential") == yuans("270", "270")
    assert paid(results) == yuans("0", "180")


def test_episode_pays_the_difference() -> None:
    tables = scheme(layer("a", deductible=deductible(*by_level(200, 500, 800), per="episode"), rate=rate(85)))
    rows = [claim(5000, level=level, episode=7) for level in (2, 3, 1)]
    results = settle_all(tables, rows)
    assert [result.deductible for result in results] == yuans("500", "300", "0")


def test_episode_over_the_turn_of_the_year() -> None:
    tables = scheme(
        layer("a", deductible=deductible(1200, per="episode"), rate=rate(85), caps=(cap(80000, then="b"),)),
        layer("b", overflow("b"), rate=rate(90)),
    )
    totals: Totals = {("cap", YEAR, None): fen(70000)}
    cut = [claim(18000, "2023-12-31", episode=7), claim(12000, "2024-01-09", episode=7)]
    results = [settle_plain(tables, row, totals) for row in cut]
    assert paid(results) == yuans("10000", "10200")
    assert paid(results, "b") == yuans("4531.76", "0")
    assert totals[("admissions", YEAR, None)] == 1
    assert ("admissions", ("year", 2024), None) not in totals


def test_deductible_by_admission() -> None:
    less = t.SumOf((t.Const(fen(800)), t.Steps("admission_no", 1, fen(-100))))
    floor = t.Modifier((), "at_least", yuan(650))
    amount = t.Deductible(value("fen", less), "visit", "d", None, False, (floor,))
    tables = scheme(layer("a", deductible=amount, rate=rate(100)))
    rows = [claim(5000, episode=1), claim(5000, episode=1), claim(300), claim(5000), claim(5000, category=0)]
    assert [r.deductible for r in settle_all(tables, rows)] == yuans("800", "800", "300", "650", "650")


@pytest.mark.parametrize(
    ("bill", "under", "expected"),
    [
        (9500, "price", ("6800", "1200", "1500")),
        (7000, "price", ("6800", "1200", "-1000")),
        (7000, "actual", ("5950", "1050", "0")),
    ],
)
def test_package(bill: int, under: Any, expected: tuple[str, ...]) -> None:
    package = t.Package(yuan(8000), "institution", under, ("out_of_catalogue",))
    tables = scheme(layer("a", rate=rate(85), package=package))
    result = settle_plain(tables, claim(bill - 500, out_of_catalogue=fen(500)), {})
    assert [result.paid["a"], person(result), result.institution] == yuans(*expected)


# 2.3 burden layers, top-up


@pytest.mark.parametrize(
    ("parts", "expected"),
    [(("share:*",), "1500"), (("deductible", "share:*", "over_cap"), "2150")],
)
def test_second_fund_on_parts_of_the_burden(parts: tuple[str, ...], expected: str) -> None:
    tables = scheme(layer("a", deductible=deductible(1300, per="year"), rate=rate(70)),
                    layer("b", burden(*parts), rate=rate(50)))  # fmt: skip
    result = settle_plain(tables, claim(11300), {})
    assert result.paid == {"a": fen(7000), "b": fen(expected)}
    if len(parts) > 1:  # lowered in the listed order
        assert result.parts == {"share:a": fen(2150)}


@pytest.mark.parametrize(("parts", "expected"), [(("deductible", "share:*"), "1458"),
                                                 (("prepay", "deductible", "share:*"), "4458")])  # fmt: skip
def test_critical_illness_with_and_without_the_prepay(parts: tuple[str, ...], expected: str) -> None:
    tables = scheme(
        layer("a", prepay=t.Prepay(rate(10), (), False), deductible=deductible(800), rate=rate(85)),
        layer("b", burden(*parts), deductible=deductible(5000, per="year", pool="b", edge=True),
              bands=bands((None, 60)), band_scope="year"),
    )  # fmt: skip
    assert settle_plain(tables, claim(50000), {}).paid["b"] == fen(expected)


def test_top_up_fills_what_lacks() -> None:
    tables = scheme(
        layer("a", deductible=deductible(1000), rate=rate(70)),
        layer("b", burden("share:*", "deductible"), top_up=rate(90), caps=(cap(1000),)),
    )
    results = settle_all(tables, [claim(5000), claim(3000, retired=1)])
    assert paid(results) == yuans("2800", "1400")
    # 4,500 − 2,800 lack, the cap lets 1,000 of them pass; then nothing is left of it
    assert paid(results, "b") == yuans("1000", "0")
    assert results[0].parts == {"deductible": fen(1000), "share:a": fen(200)}


def test_stopped_payment_of_a_burden_layer_flows_on() -> None:
    tables = scheme(
        layer("a", rate=rate(50)),
        layer("b", burden("share:*"), rate=rate(50), caps=(cap(1000, then="c"),)),
        layer("c", overflow("c"), rate=rate(10)),
    )
    result = settle_plain(tables, claim(10000), {})
    assert result.paid == {"a": fen(5000), "b": fen(1000), "c": fen(300)}
    assert result.parts == {"share:a": fen(1000), "share:c": fen(2700)}


# 2.13 identities, 2.15 differential


def poor_relief() -> t.Scheme:
    half = t.Modifier(when(identity=0), "factor", rate(50))
    edge = deductible(12000, per="year", pool="x", edge=True, modifiers=(half,))
    percent = rate((when(identity=1), 75), 70)
    return scheme(layer("a", deductible=edge, bands=(t.Band(None, percent),), band_scope="year"))


@pytest.mark.parametrize(("mask", "expected"), [(0b11, "3000"), (0b01, "2800"), (0b10, "0")])
def test_each_lookup_takes_the_best_of_several_identities(mask: int, expected: str) -> None:
    assert settle_plain(poor_relief(), claim(10000, identity=mask), {}).paid["a"] == fen(expected)


def test_differential_never_catches_up() -> None:
    edge = deductible((when(identity=0), 6000), 12000, per="year", edge=True)
    tables = scheme(layer("a", bands=bands((None, 70)), band_scope="year", deductible=edge))
    assert paid(settle_all(tables, [claim(10000), claim(2000, identity=1)])) == yuans("0", "1400")


def test_differential_over_levels() -> None:
    first = t.Band(yuan(5500), rate(*by_level(75, 65, 55)))
    tables = scheme(layer("a", bands=(first, t.Band(None, rate(55))), band_scope="year",
                          deductible=deductible(800, per="year", edge=True)))  # fmt: skip
    assert paid(settle_all(tables, [claim(3000, level=1), claim(4000)])) == yuans("1650", "2200")


def test_the_running_total_is_rounded_not_the_step() -> None:
    banded = scheme(layer("a", bands=bands((None, 85)), band_scope="year"))
    plain = scheme(layer("a", rate=rate(85)))
    rows = [claim("100.02"), claim("100.02")]
    assert paid(settle_all(banded, rows)) == yuans("85.02", "85.01")
    assert paid(settle_all(plain, rows)) == yuans("85.02", "85.02")


def test_the_side_that_is_rounded() -> None:
    tables = [scheme(layer("a", rate=rate(50)), side=side, mode=mode)
              for side in ("fund", "person") for mode in ("half_up", "down")]  # fmt: skip
    assert [settle_plain(one, claim("0.05"), {}).paid["a"] for one in tables] == [3, 2, 2, 3]


# Reasons, warnings, admissions, reversals


def test_reasons_of_unpaid_rows() -> None:
    stop = t.Reason("not_entitled", when(years=99), False, START, None, CITE)
    lost = t.Reason("preference_lost", when(referred=0), True, START, None, CITE)
    tables = scheme(layer("a", when=when(category=STAY), deductible=deductible((when(level=1), 0), 100),
                          rate=rate((when(level=1), 0), 50)), reasons=(stop, lost))  # fmt: skip
    rows = [claim(500, designated=0), claim(500, years=99), claim(0), claim(500, category=0), claim(80),
            claim(500, level=1), claim(500, referred=0), claim(80, referred=0)]  # fmt: skip
    results = settle_all(tables, rows)
    assert [result.reason for result in results] == [
        "not_designated", "not_entitled", "nothing_in_scope", "not_covered", "deductible", "rate_zero",
        "preference_lost", "deductible",
    ]  # fmt: skip
    assert results[0].parts == {"unclaimed": fen(500)}
    assert results[6].paid["a"] == fen(200)
    assert results[7].warnings == {"preference_lost"}


def test_diseases() -> None:
    lists = tuple(t.Catalogue(name, (), START, None, CITE) for name in ("chronic", "severe"))
    limit = cap(100, condition=when(severe=0))
    tables = scheme(layer("a", rate=rate(50), caps=(limit,)), catalogues=lists)
    rows = [claim(500, category=CHRONIC, disease=0b001), claim(500, category=CHRONIC, disease=0b011),
            claim(500, category=CHRONIC), claim(500, severe=1, disease=0b001),
            claim(500, severe=1, disease=0b101)]  # fmt: skip
    results = [settle_plain(tables, row, {}) for row in rows]
    assert paid(results) == yuans("0", "100", "100", "100", "250")
    assert results[0].reason == "disease_not_listed"
    expected = [set(), set(), {"disease_unchecked"}, {"disease_not_severe"}, set()]
    assert [result.warnings for result in results] == expected


def test_a_reversal_takes_everything_back() -> None:
    rows: list[dict[str, Any]] = [claim(2090), claim(10000), {"reverses": 1}, claim(10000), claim(10000)]
    rows[-1]["reverses"] = None
    results = settle_all(kunming_outpatient(), rows)
    assert results[2].paid == {name: -amount for name, amount in results[1].paid.items()}
    assert results[2].parts == {name: -amount for name, amount in results[1].parts.items()}
    assert results[3] == results[1]
    assert paid(results) == yuans("1000", "4955", "-4955", "4955", "45")


def test_an_edge_stays_the_deductible_when_the_cap_is_used() -> None:
    tables = scheme(layer("a", deductible=deductible(650, edge=True), bands=bands((None, 85)),
                          caps=(cap(850, then="b"),)), layer("b", overflow("b"), rate=rate(50)))  # fmt: skip
    results = settle_all(tables, [claim(1650), claim(1650)])
    assert paid(results) == yuans("850", "0")
    assert results[1].parts == {"deductible": fen(650), "share:b": fen(500)}
