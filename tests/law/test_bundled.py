"""The bundled law: nothing wrong with it, every value cited, the figures as the sources have them."""

from __future__ import annotations

import datetime as dt

import pytest

from tongchou.law import Law
from tongchou.law.check import check_law
from tongchou.law.coverage import TESTS, coverage_of, named_by_provision
from tongchou.law.read_register import read_register
from tongchou.law.resolve import all_values
from tongchou.law.show import applies, expr_words, on_day, version_text
from tongchou.law.tables import Layer, Scheme, Value
from tongchou.law.tree import BUNDLED
from tongchou.law.which import parameter_on


def day(text: str) -> int:
    return dt.date.fromisoformat(text).toordinal()


def layer(law: Law, area: str, scheme: str, name: str) -> Layer:
    return next(x for x in law.scheme(area, scheme).layers if x.name == name)


def says(value: Value | None, on: str, scheme: Scheme | None = None) -> str:
    """The value on a day as ``law show`` words it."""
    assert value is not None
    version = on_day(value, day(on))
    assert version is not None
    return version_text(version, value.unit, scheme)


def numbers(value: Value | None, on: str) -> list[str]:
    """The figures of the value's cells on a day."""
    assert value is not None
    version = on_day(value, day(on))
    assert version is not None
    return [expr_words(c.expr, value.unit) for c in version.cells]


def test_the_check_finds_nothing() -> None:
    law, findings = check_law()
    assert findings == []
    assert len(law.schemes) >= 5
    assert len(law.documents) >= 40


def test_every_value_has_document_clause_and_status(bundled: Law) -> None:
    cites = [
        c
        for s in bundled.schemes.values()
        for x in s.layers
        for _, v in all_values(x)
        for c in (v2.cite for v2 in v.versions)
    ]
    cites += [c.cite for s in bundled.schemes.values() for c in (*s.layers, *s.reasons)]
    cites += [v.cite for p in bundled.parameters.values() for v in p.value.versions]
    cites += [c.cite for cs in bundled.catalogues.values() for c in cs] + bundled.cites
    assert len(cites) > 250
    for c in cites:
        clauses = {x.id for x in bundled.documents[c.document].clauses}
        assert c.clause in clauses, c
        assert c.status in ("official", "secondary", "assumed"), c
        assert c.known >= bundled.documents[c.document].known or c.known > 1, c
        assert c.file.endswith(".yaml"), c
        assert c.line > 0, c


def test_what_stands_on_our_own_readings_is_called_assumed(bundled: Law) -> None:
    for c in bundled.cites:
        if c.document == "readings":
            assert c.status == "assumed", c
        if c.document == "secondary":
            assert c.status in ("secondary", "assumed"), c


def test_every_provision_stands_on_a_clause(bundled: Law) -> None:
    provisions, findings = read_register(bundled)
    assert findings == []
    assert len(provisions) >= 60
    for p in provisions:
        assert p.clauses, p.id
        assert set(p.clauses) <= {c.id for c in bundled.documents[p.document].clauses}, p.id
        assert all((p.says, p.zh, p.does)), p.id
        for module in p.by:
            assert (BUNDLED.parent.parent / module).is_file(), f"{p.id}: {module}"


def test_coverage_every_provision_done_is_computed_and_tested(bundled: Law) -> None:
    told = coverage_of(bundled)
    assert [p["id"] for p in told["provisions"] if p["done"] and not p["computed_by"]] == []
    assert told["untested"] == []


def test_coverage_reads_the_ids_in_test_names() -> None:
    named = named_by_provision(TESTS)
    assert any(n.startswith("law/test_provisions.py::test_K03_") for n in named["K03"])
    assert "R13" in named
    assert "J13" in named


# Figures


def test_kunming_employee_caps_K05(bundled: Law) -> None:
    assert numbers(layer(bundled, "530100", "employee", "inpatient_pool").caps[0].amount, "2023-05-04") == [
        "80000"
    ]
    large = layer(bundled, "530100", "employee", "large_expense").caps[0].amount
    assert numbers(large, "2022-12-31") == ["350000"]
    assert numbers(large, "2023-01-01") == ["420000"]
    assert numbers(layer(bundled, "530100", "employee", "large_expense").rate, "2023-05-04") == ["90%"]


def test_kunming_chronic_limit_K06(bundled: Law) -> None:
    chronic = layer(bundled, "530100", "employee", "chronic_pool")
    assert chronic.deductible is not None
    assert (numbers(chronic.deductible.amount, "2023-05-04"), chronic.deductible.per) == (["300"], "year")
    assert numbers(chronic.rate, "2023-05-04") == ["80%"]
    assert numbers(chronic.caps[0].amount, "2023-05-04") == [
        "min(5000, 2000 + 1000 × (chronic_diseases − 1))"
    ]


def test_kunming_outpatient_from_april_2022_K07(bundled: Law) -> None:
    outpatient = layer(bundled, "530100", "employee", "outpatient_pool")
    assert outpatient.start == day("2022-04-01")
    assert outpatient.deductible is not None
    assert numbers(outpatient.deductible.amount, "2022-04-01") == ["30", "60", "90"]
    assert numbers(outpatient.rate, "2022-04-01") == ["60%", "55%", "50%"]
    assert says(outpatient.modifiers[0].value, "2022-04-01") == "5%"
    assert numbers(outpatient.caps[0].amount, "2022-04-01") == ["6000"]


def test_kunming_inpatient_ratios_K08(bundled: Law) -> None:
    stay = layer(bundled, "530100", "employee", "inpatient_pool")
    assert stay.deductible is not None
    for on in ("2022-06-01", "2023-06-01"):
        assert numbers(stay.rate, on) == ["91%", "88%", "85%"]
        assert says(stay.modifiers[0].value, on) == "4%"
        assert numbers(stay.deductible.amount, on) == ["200", "500", "1200"]


def test_kunming_residents(bundled: Law) -> None:
    on = "2023-05-04"
    stay = layer(bundled, "530100", "resident", "inpatient_pool")
    assert stay.deductible is not None
    assert numbers(stay.deductible.amount, on) == ["200", "550", "880"]
    assert numbers(stay.rate, on) == ["85%", "75%", "60%"]
    assert numbers(stay.caps[0].amount, on) == ["60000"]
    outpatient = layer(bundled, "530100", "resident", "outpatient_pool")
    assert (numbers(outpatient.rate, on), numbers(outpatient.caps[0].amount, on)) == (["50%"], ["400"])
    critical = layer(bundled, "530100", "resident", "critical_illness")
    assert critical.deductible is not None
    assert (numbers(critical.deductible.amount, on), critical.deductible.edge) == (["12000"], True)
    assert [numbers(b.rate, on)[0] for b in critical.bands] == ["60%", "70%", "80%"]
    assert [numbers(b.upto, on)[0] for b in critical.bands[:2]] == ["50000", "100000"]
    assert numbers(critical.caps[0].amount, on) == ["450000", "300000"]
    assert [x.name for x in bundled.scheme("530100", "resident").layers][-1] == "backstop"


@pytest.mark.parametrize("area", ["530100", "532300"])
def test_deliveries_P17(bundled: Law, area: str) -> None:
    first, second = (layer(bundled, area, "resident", n) for n in ("delivery", "delivery_fixed"))
    assert first.package is not None
    assert second.package is not None
    assert numbers(first.package.price, "2023-05-04") == ["1600", "3000"]
    assert numbers(second.package.price, "2023-05-04") == ["1200", "2400"]


def test_chuxiong_large_expense_L10(bundled: Law) -> None:
    large = layer(bundled, "532300", "employee", "large_expense")
    assert numbers(large.caps[0].amount, "2023-01-01") == ["350000"]
    assert numbers(large.rate, "2023-01-01") == ["90%"]
    assert large.caps[0].when, "severe stays are not bound by it"
    assert numbers(layer(bundled, "532300", "employee", "inpatient_pool").caps[0].amount, "2023-01-01") == [
        "80000"
    ]


def test_jinan_2007_J01_J02(bundled: Law) -> None:
    stay, special = (layer(bundled, "370100", "employee", n) for n in ("inpatient_pool", "special_pool"))
    for x in (stay, special):
        assert numbers(x.caps[0].amount, "2007-09-30") == ["277000"]
        assert x.caps[0].pool == "inpatient_pool"
    listed = [c for c in bundled.catalogues_of("370100") if c.name == "special"]
    assert [len(c.entries) for c in listed] == [35]
    assert len({e.code for e in listed[0].entries}) == 35
    assert len({e.name for e in listed[0].entries}) == 35
    assert (
        len(
            {
                e.code
                for c in bundled.catalogues_of("530100")
                if c.name == "critical_outpatient"
                for e in c.entries
            }
        )
        == 28
    )


def test_one_disease_has_one_code_everywhere(bundled: Law) -> None:
    names: dict[str, set[str]] = {}
    for cs in bundled.catalogues.values():
        for c in cs:
            for e in c.entries:
                names.setdefault(e.code, set()).add(e.name)
    assert not {k: v for k, v in names.items() if len(v) > 1}


@pytest.mark.parametrize(
    ("on", "base"),
    [("2019-06-01", "6710"), ("2022-01-01", "7767"), ("2023-12-31", "8023"), ("2025-01-01", "8265")],
)
def test_pension_base(bundled: Law, on: str, base: str) -> None:
    won = parameter_on(bundled, "530100", "pension.pension_base", day(on))
    assert version_text(won.version, won.parameter.value.unit) == base
    assert won.parameter.published_under == "gbf2021_48"


def test_pension_base_before_it_was_published(bundled: Law) -> None:
    won = parameter_on(bundled, "530100", "pension.pension_base", day("2023-03-01"), day("2023-06-30"))
    assert version_text(won.version, won.parameter.value.unit) == "7767"


def test_what_applies_in_kunming_is_shown_whole(bundled: Law) -> None:
    shown = applies(bundled, "530100", day("2023-05-04"))
    assert {s["scheme"] for s in shown["schemes"]} == {"employee", "resident"}
    for row in (*(v for s in shown["schemes"] for v in s["values"]), *shown["parameters"]):
        assert all(
            row[k] for k in ("path", "value", "clause", "status", "from", "to", "known", "file", "line")
        ), row
    names = {d["name"] for d in shown["documents"]}
    assert "云医保〔2021〕33号" in names
    assert shown["law_version"] == bundled.version
