"""Provisions on the law room: K03 (reserved to the centre), R13 (which rule wins), J13 (area by area)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tongchou.law import Law, NoRule, load
from tongchou.law.check import check_law
from tongchou.law.findings import Finding
from tongchou.law.show import applies
from tongchou.law.which import parameter_on

from .overlays import document, marked_line, overlay, parameter, scheme, told

PEN = "areas/530100/pension.yaml"
RET = "areas/530100/retirement.yaml"
LOCAL = {"documents/local.yaml": document("local", start="2015-01-01")}


def day(text: str) -> int:
    return dt.date.fromisoformat(text).toordinal()


def pension(folder: Path, value: str, more: str = "") -> list[Finding]:
    """The findings on a local pension value."""
    text = parameter(value, "pension", "supplement", more, unit="yuan")
    return check_law(overlay(folder, LOCAL | {PEN: text}))[1]


# K03


@pytest.mark.parametrize(
    "value",
    [
        "100",
        "{from: 2021-12-31, value: 100}",
        "[{from: 2015-01-01, value: 90}, {from: 2021-06-01, value: 100}]",
        "[{from: 2015-01-01, value: 90}, {from: 2022-01-01, value: 90}]",  # told again: no change
        "[{from: 2015-01-01, value: 90}, {from: 2015-01-01, value: 95, known: 2023-01-01}]",  # a correction
    ],
)
def test_K03_a_value_from_before_that_has_not_changed_stays(value: str, tmp_path: Path) -> None:
    assert pension(tmp_path, value) == []


@pytest.mark.parametrize("start", ["2022-01-01", "2024-06-01"])
def test_K03_a_local_value_that_begins_from_2022_is_refused(start: str, tmp_path: Path) -> None:
    value = f"{{from: {start}, value: 100}}   # <-"
    found = pension(tmp_path, value)
    assert [f.code for f in found] == ["pension_reserved"], told(found)
    assert found[0].place.file == PEN
    assert found[0].place.line == marked_line(parameter(value, "pension", "supplement", unit="yuan"))
    assert found[0].where == "530100/pension.supplement"
    assert f"begins on {start}" in found[0].found
    assert "test〔2020〕local" in found[0].found
    assert "on or after 2022-01-01" in found[0].expected
    assert "企业职工基本养老保险全国统筹的规定" in found[0].expected
    assert found[0].other is not None
    assert found[0].other.file == "documents/pooling2022.yaml"


@pytest.mark.parametrize("change", ["2022-01-01", "2023-07-01"])
def test_K03_a_value_that_changes_after_is_refused(change: str, tmp_path: Path) -> None:
    found = pension(tmp_path, f"[{{from: 2015-01-01, value: 90}}, {{from: {change}, value: 100}}]")
    assert [f.code for f in found] == ["pension_reserved"], told(found)
    assert f"changes on {change}" in found[0].found


def test_K03_a_yearly_figure_needs_the_central_instrument(tmp_path: Path) -> None:
    value = "[{from: 2021-01-01, value: 90}, {from: 2023-01-01, value: 100}]"
    under = "    published_under: gbf2021_48\n"
    assert pension(tmp_path / "a", value, "    yearly: true\n" + under) == []
    for i, more in enumerate(
        ("    yearly: true\n", under, "    yearly: true\n    published_under: km2023\n")
    ):
        found = pension(tmp_path / str(i), value, more)
        assert [f.code for f in found] == ["pension_reserved"], more
        assert "published_under: gbf2021_48" in found[0].fix


def test_K03_a_central_value_is_not_local(tmp_path: Path) -> None:
    files = {"documents/centre.yaml": document("centre", "centre", "000000", "2022-01-01")}
    text = parameter("{from: 2023-01-01, value: 100, clause: centre a}", "pension", "supplement", unit="yuan")
    assert check_law(overlay(tmp_path, LOCAL | files | {PEN: text}))[1] == []


def test_K03_the_bundled_pension_values_pass(bundled: Law) -> None:
    names = {n for _, n in bundled.parameters if n.startswith("pension.")}
    assert names >= {"pension.transition_rate", "pension.one_child_supplement", "pension.pension_base"}


# R13


@pytest.fixture
def two_levels(tmp_path: Path) -> Law:
    """A prefecture's own required years beside the province's."""
    folder = overlay(tmp_path, LOCAL | {RET: parameter("240")})
    assert check_law(folder)[1] == []
    return load(folder)


def test_R13_before_the_day_the_local_rule_wins(two_levels: Law) -> None:
    won = parameter_on(two_levels, "530100", "retirement.required_months", day("2021-04-30"))
    assert won.parameter.area == "530100"
    assert "nearest" in won.why
    assert [p.area for p in won.gave_way] == ["530000"]


def test_R13_from_the_day_the_provincial_rule_wins_and_says_why(two_levels: Law) -> None:
    for on in ("2021-05-01", "2030-01-01"):
        won = parameter_on(two_levels, "530100", "retirement.required_months", day(on))
        assert won.parameter.area == "530000"
        assert "云医保〔2021〕33号 四" in won.why
        assert "云医保〔2021〕33号 四" in won.why_zh
        assert "2021-05-01" in won.why
        assert [p.area for p in won.gave_way] == ["530100"]


def test_R13_as_known_before_the_notice_the_local_rule_still_wins(two_levels: Law) -> None:
    known = day("2021-04-01")
    won = parameter_on(two_levels, "530100", "retirement.required_months", day("2021-06-01"), known)
    assert won.parameter.area == "530100"


def test_R13_law_show_tells_which_won(two_levels: Law) -> None:
    rows = {
        on: next(
            p
            for p in applies(two_levels, "530100", day(on))["parameters"]
            if p["path"] == "retirement.required_months"
        )
        for on in ("2021-04-30", "2021-05-01")
    }
    assert rows["2021-04-30"]["document"] == "local"
    assert "240" in rows["2021-04-30"]["value"]
    assert rows["2021-05-01"]["document"] == "yrsf2009_172"
    assert "360" in rows["2021-05-01"]["value"]
    assert "云医保〔2021〕33号 四" in rows["2021-05-01"]["won"]


def test_R13_other_subjects_and_areas_are_not_touched(two_levels: Law, tmp_path: Path) -> None:
    won = parameter_on(two_levels, "532300", "retirement.required_months", day("2021-05-01"))
    assert (won.parameter.area, won.gave_way) == ("530000", ())
    pay = parameter("50", "account", "monthly", unit="yuan")
    law = load(
        overlay(
            tmp_path / "b",
            LOCAL | {"areas/530100/account.yaml": pay, "areas/530000/account.yaml": pay.replace("50", "60")},
        )
    )
    assert parameter_on(law, "530100", "account.monthly", day("2022-01-01")).parameter.area == "530100"


def test_R13_a_repealed_notice_overrides_nothing(tmp_path: Path) -> None:
    law = load(
        overlay(
            tmp_path,
            LOCAL
            | {
                RET: parameter("240"),
                "documents/later.yaml": document(
                    "later", "province", "530000", "2023-01-01", "repeals: [yn2021]\n"
                ),
            },
        )
    )
    assert (
        parameter_on(law, "530100", "retirement.required_months", day("2022-12-31")).parameter.area
        == "530000"
    )
    assert (
        parameter_on(law, "530100", "retirement.required_months", day("2023-01-01")).parameter.area
        == "530100"
    )


def test_R13_what_is_not_encoded_is_refused_by_name(two_levels: Law) -> None:
    with pytest.raises(NoRule, match=r"retirement.required_months in area 530100 on 2008-12-31"):
        parameter_on(two_levels, "530100", "retirement.required_months", day("2008-12-31"))
    with pytest.raises(NoRule, match="area 999999"):
        parameter_on(two_levels, "999999", "retirement.required_months", day("2022-01-01"))


# J13


@pytest.fixture
def pilots(tmp_path: Path) -> Law:
    """A provincial resident scheme that takes effect city by city."""
    folder = overlay(
        tmp_path,
        {
            "documents/local.yaml": document("local", "province", "370000", "2007-01-01"),
            "areas/370000/resident.yaml": scheme(head="instrument: gf2007_20\n", start="2007-01-01"),
        },
    )
    assert check_law(folder)[1] == []
    return load(folder)


@pytest.mark.parametrize(
    ("area", "first"), [("370200", "2007-10-01"), ("370300", "2007-10-01"), ("370100", "2009-01-01")]
)
def test_J13_a_scheme_takes_effect_area_by_area(pilots: Law, area: str, first: str) -> None:
    assert pilots.scheme(area, "resident").start == day(first)
    shown = applies(pilots, area, day(first), only="resident")
    assert shown["schemes"][0]["from"] == first
    with pytest.raises(NoRule) as caught:
        applies(pilots, area, day(first) - 1, only="resident")
    assert area in str(caught.value)
    assert "resident" in str(caught.value)
    assert first in str(caught.value)


def test_J13_where_it_never_takes_effect_it_is_refused_by_name(tmp_path: Path) -> None:
    law = load(
        overlay(
            tmp_path,
            {
                "documents/local.yaml": document(
                    "local",
                    "province",
                    "370000",
                    "2007-01-01",
                    'takes_effect: [{area: "370200", from: 2007-10-01}]\n',
                ),
                "areas/370000/resident.yaml": scheme(head="instrument: local\n", start="2007-01-01"),
            },
        )
    )
    assert law.scheme("370200", "resident").start == day("2007-10-01")
    with pytest.raises(NoRule, match=r"resident in area 370100 .*has not taken effect there"):
        law.scheme("370100", "resident")


def test_J13_resident_stands_beside_employee(pilots: Law) -> None:
    assert set(pilots.scheme_names("370100")) == {"employee", "resident"}
    assert pilots.scheme("370100", "employee").start == day("2007-01-01")
    shown = applies(pilots, "370100", day("2007-12-01"))
    assert [s["scheme"] for s in shown["schemes"]] == ["employee"]
    assert "resident: 2009-01-01" in shown["not_in_force"][0]
    for area in ("530100", "532300"):
        assert set(pilots.scheme_names(area)) == {"employee", "resident"}


def test_J13_the_documents_shown_say_from_when_here(bundled: Law) -> None:
    on = day("2008-06-01")
    notes = {
        a: next(d["note"] for d in applies_documents(bundled, a, on) if d["name"] == "国发〔2007〕20号")
        for a in ("370200", "370100")
    }
    assert "2007-10-01" in notes["370200"]
    assert "not in effect here" in notes["370100"]


def applies_documents(law: Law, area: str, on: int) -> list[dict[str, str]]:
    from tongchou.law.show import _documents

    return _documents(law, law.chain(area), area, on, None)
