"""`law diff`: two days, two days of knowledge, two trees, two runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tongchou.law.tree import BUNDLED

from .overlays import document, overlay, scheme

HEAD = "claim_id,person_id,service_date,scheme,status,category,level,billed\n"
CLAIMS = HEAD + "".join(
    f"{line}\n"
    for line in (
        "C1,p1,2023-05-01,employee,active,inpatient,3,20000",
        "C2,p1,2023-06-01,employee,active,inpatient,3,150000",
        "C3,p2,2023-06-01,employee,retired,outpatient,2,500",
    )
)


def rows(told: dict[str, Any], name: str = "employee") -> dict[str, dict[str, Any]]:
    (found,) = [s for s in told["schemes"] if s["scheme"] == name]
    return {c["path"]: c for layer in found["layers"] for c in layer["changes"]}


def reform(folder: Path) -> Path:
    """Kunming with another deductible and another cap of large expense."""
    text = (BUNDLED / "areas/530100/employee.yaml").read_text("utf-8")
    text = text.replace("1: 200, 2: 500, 3: 1200", "1: 200, 2: 400, 3: 1000").replace("value: 420000", "value: 450000")
    files = {"overlay.yaml": "title: 试行\n", "areas/530100/employee.yaml": text}
    return overlay(folder, files)


def test_two_days(run: Any) -> None:
    """2023 in Kunming: the cap of large expense rose, chronic disease came, stays got an official clause."""
    code, out, _ = run("law", "diff", "530100", "2022-12-31", "2023-01-01", "--json")
    assert code == 0
    told = json.loads(out)
    found = rows(told)
    cap = found["large_expense.caps[0].amount"]
    assert (cap["change"], cap["before"]["value"], cap["after"]["value"]) == (
        "changed",
        "payment / year 350000",
        "payment / year 420000",
    )
    assert cap["after"]["clause"] == "昆人社函〔2023〕49号 一(二)2"
    assert (cap["after"]["status"], cap["after"]["from"]) == ("official", "2023-01-01")
    assert found["chronic_pool.rate"]["change"] == "added"
    cited = found["inpatient_pool.rate"]
    assert cited["change"] == "cited"
    assert (cited["before"]["status"], cited["after"]["status"]) == ("assumed", "official")
    assert "inpatient_pool.deductible.amount" not in found
    figures = {p["path"]: p for p in told["parameters"]}
    assert {"medical.employer_rate", "account.employer_share", "pension.pension_base"} <= set(figures)
    assert "pension.transition_rate" not in figures, "only what changed"
    assert [d["name"] for d in told["documents"]["begun"]] == ["昆医保通〔2023〕3号"]
    assert [s["scheme"] for s in told["schemes"]] == ["employee"]
    code, out, _ = run("law", "diff", "530100", "2022-12-31", "2023-01-01", "--lang", "zh")
    assert code == 0
    assert "大额" not in out.splitlines()[0]
    assert "依据变" in out


def test_no_change(run: Any) -> None:
    code, out, _ = run("law", "diff", "530100", "2023-05-01", "2023-05-02", "--scheme", "resident")
    assert (code, out.splitlines()[-1]) == (0, "no change")


def test_two_days_of_knowledge(run: Any, tmp_path: Path) -> None:
    """A correction made known later, on one and the same day of service."""
    folder = overlay(
        tmp_path,
        {
            "documents/local.yaml": document("local"),
            "areas/370100/resident.yaml": scheme("[{value: 80}, {from: 2020-01-01, known: 2021-01-01, value: 90}]"),
        },
    )
    days = ("2020-06-01", "--known1", "2020-06-01", "--known2", "2021-06-01")
    code, out, _ = run("law", "diff", "370100", *days, "--law", folder, "--scheme", "resident", "--json")
    assert code == 0
    found = rows(json.loads(out), "resident")
    assert list(found) == ["pool.rate"]
    assert (found["pool.rate"]["before"]["value"], found["pool.rate"]["after"]["value"]) == ("80%", "90%")
    assert found["pool.rate"]["after"]["known"] == "2021-01-01"


def test_two_trees(run: Any, tmp_path: Path) -> None:
    folder = reform(tmp_path)
    code, out, _ = run("law", "diff", "530100", "2023-05-01", "2023-05-01", "--against", folder, "--json")
    assert code == 0
    told = json.loads(out)
    assert set(rows(told)) == {"inpatient_pool.deductible.amount", "large_expense.caps[0].amount"}
    assert told["after"]["law"] == "试行"
    assert told["before"]["law_version"] != told["after"]["law_version"]


def test_a_list_that_grows_moves_nothing(run: Any, tmp_path: Path) -> None:
    """One more modifier in front is one row, not two."""
    text = (BUNDLED / "areas/532300/employee.yaml").read_text("utf-8")
    mods = "  modifiers:\n  - {when: {status: retired}, op: points, value: 10}\n"
    assert mods in text
    more = mods.replace("modifiers:\n", "modifiers:\n  - {when: {place: unfiled}, op: factor, value: 0.6}\n")
    folder = overlay(tmp_path, {"areas/532300/employee.yaml": text.replace(mods, more)})
    code, out, _ = run("law", "diff", "532300", "2023-05-01", "--against", folder, "--json")
    assert code == 0
    (change,) = rows(json.loads(out)).values()
    assert (change["path"], change["change"]) == ("outpatient_pool.modifiers[0]", "added")


@pytest.mark.parametrize(
    ("old", "new", "path", "value"),
    [
        ("band_scope: year", "band_scope: claim", "critical_illness.band_scope", "claim"),
        ("excess: institution", "excess: person", "delivery.package", "excess person"),
        ("fund: medical_assistance", "fund: backstop", "medical_assistance_poor.fund", "backstop"),
        ("side: fund", "side: person", "rounding", "person"),
        ("deductible: {per: visit,", "deductible: {per: year,", "inpatient_pool.deductible.amount", "/ year"),
        ("{per: year, amount: 400}", "{per: year, amount: 400, pool: small}", "outpatient_pool.caps[0].pool", "small"),
        ("default: none,", "default: recognised,", "attributes.injury", "default 1"),
        ('"share:*", over_cap, unclaimed]', '"share:*"]', "critical_illness", "deductible, share:*"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_compared_too(
    run: Any,
    tmp_path: Path,
    old: str,
    new: str,
    path: str,
    value: str,
) -> None:
    """A layer's pools, scopes and funds decide as much as its figures: a change of one is never passed over."""
    text = (BUNDLED / "areas/530100/resident.yaml").read_text("utf-8")
    assert old in text
    folder = overlay(tmp_path, {"areas/530100/resident.yaml": text.replace(old, new, 1)})
    code, out, _ = run("law", "diff", "530100", "2023-05-01", "--against", folder, "--json")
    assert code == 0
    found = rows(json.loads(out), "resident")
    assert value in found[path]["after"]["value"], found


def test_an_area_that_only_one_tree_has(run: Any, tmp_path: Path) -> None:
    folder = overlay(tmp_path, {"documents/local.yaml": document("local"), "areas/370200/resident.yaml": scheme()})
    code, out, _ = run("law", "diff", "370200", "2023-05-01", "--against", folder, "--json")
    assert code == 0
    (found,) = json.loads(out)["schemes"]
    assert (found["scheme"], found["state"]) == ("resident", "added")
    code, out, _ = run("law", "diff", "370200", "2023-05-01", "--law", folder, "--against", BUNDLED, "--json")
    assert (code, json.loads(out)["schemes"][0]["state"]) == (0, "removed")


def test_catalogues_are_compared(run: Any, tmp_path: Path) -> None:
    text = (BUNDLED / "areas/370100/diseases.yaml").read_text("utf-8")
    changed = text.replace("  - {code: M03900, name: 高血压}\n", "  - {code: M99999, name: 新病种}\n")
    folder = overlay(tmp_path, {"areas/370100/diseases.yaml": changed})
    code, out, _ = run("law", "diff", "370100", "2007-05-01", "--against", folder)
    assert code == 0
    assert "  + M99999 新病种" in out
    assert "  − M03900 高血压" in out


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("530100", "1950-01-01", "1950-01-02"), 1, "not encoded"),
        (("999999", "2023-01-01"), 1, "999999"),
        (("530100",), 2, "DATE1"),
        (("530100", "2023-13-01"), 2, "DATE1"),
        (("530100", "2023-01-01", "--against", "/none"), 1, "law_unreadable"),
        (("--runs", "/none", "/none"), 1, "not_a_run"),
        (("530100", "--runs", "/none", "/none"), 2, "--limit"),
    ],
)
def test_refusals(run: Any, args: tuple[str, ...], code: int, words: str) -> None:
    got, out, err = run("law", "diff", *args)
    assert (got, out) == (code, "")
    assert words in err


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """One file settled under the bundled law, under a reform, and as known in spring 2023."""
    import click

    from tongchou.interfaces.cli import root

    base = tmp_path_factory.mktemp("runs")
    (base / "claims.csv").write_text(CLAIMS, encoding="utf-8")
    folder = reform(base / "reform")
    for name, more in (("a", ()), ("b", ("--law", folder))):
        args = ["settle", base / "claims.csv", "--area", "530100", "--out", base / name, "--json", *more]
        assert isinstance(root, click.Group)
        root.main([str(a) for a in args], standalone_mode=False)
    return base / "a", base / "b", base / "claims.csv"


def test_why_two_runs_differ(run: Any, two_runs: tuple[Path, Path, Path]) -> None:
    first, second, _ = two_runs
    code, out, _ = run("law", "diff", "--runs", first, second, "--json")
    assert code == 0
    told = json.loads(out)
    assert (told["claims"], told["different"]) == (3, 2)
    sums = {f["column"]: f for f in told["funds"]}
    assert (sums["fund_large_expense"]["claims"], sums["fund_large_expense"]["difference"]) == (1, "360.00")
    assert sums["deductible"]["difference"] == "-400.00"
    assert sums["personal"]["difference"] == "-360.00"
    one, two = told["explained"]
    assert {v["value"] for v in one["values"]} == {"530100/employee.inpatient_pool.deductible.amount"}
    (value,) = one["values"]
    assert "level=3: 1200" in value["first"]["is"]
    assert "level=3: 1000" in value["second"]["is"]
    assert value["first"]["clause"].endswith("km-inpatient-deductible")
    assert one["totals_before"] == []
    assert {a["column"]: (a["first"], a["second"]) for a in one["amounts"]}["fund_total"] == ("15980.00", "16150.00")
    assert {v["value"] for v in two["values"]} >= {"530100/employee.large_expense.caps[0].amount"}
    totals = {t["total"]: (t["first"], t["second"]) for t in two["totals_before"]}
    assert totals["inpatient_pool / year"] == ("15980.00", "16150.00")
    assert any(s["step"] == "deductible" for s in two["steps"])
    code, out, _ = run("law", "diff", "--runs", first, second, "--limit", "1", "--lang", "zh")
    assert code == 0
    assert "金额不同 2 笔" in out
    assert "另有 1 笔" in out
    assert "已知于" in out


def test_a_run_differs_from_itself_in_nothing(run: Any, two_runs: tuple[Path, Path, Path]) -> None:
    told = json.loads(run("law", "diff", "--runs", two_runs[0], two_runs[0], "--json")[1])
    assert (told["claims"], told["different"], told["funds"], told["explained"]) == (3, 0, [], [])


def test_runs_of_two_days_of_knowledge(run: Any, tmp_path: Path) -> None:
    """The same value before and after a correction was known: old, new and since when."""
    law = overlay(
        tmp_path / "law",
        {
            "documents/local.yaml": document("local", start="2019-01-01"),
            "areas/370200/resident.yaml": scheme("[{value: 80}, {from: 2020-01-01, known: 2021-01-01, value: 90}]"),
        },
    )
    (tmp_path / "c.csv").write_text(HEAD + "A,p,2020-05-01,resident,resident,inpatient,3,1000\n", encoding="utf-8")
    for name, known in (("a", "2020-06-01"), ("b", "2021-06-01")):
        args = ("--area", "370200", "--law", law, "--out", tmp_path / name, "--known", known)
        assert run("settle", tmp_path / "c.csv", *args)[0] == 0
    told = json.loads(run("law", "diff", "--runs", tmp_path / "a", tmp_path / "b", "--json")[1])
    (claim,) = told["explained"]
    (value,) = claim["values"]
    assert value["value"] == "370200/resident.pool.rate"
    assert (value["first"]["is"], value["second"]["is"]) == ("80%", "90%")
    assert (value["first"]["known"], value["second"]["known"]) == ("2019-01-01", "2021-01-01")


def test_claims_that_only_one_run_has_are_counted(run: Any, tmp_path: Path, two_runs: tuple[Path, Path, Path]) -> None:
    text = CLAIMS.replace("C3,p2", "C4,p2").replace("20000", "20001")
    (tmp_path / "c.csv").write_text(text, encoding="utf-8")
    assert run("settle", tmp_path / "c.csv", "--area", "530100", "--out", tmp_path / "o")[0] == 0
    told = json.loads(run("law", "diff", "--runs", two_runs[0], tmp_path / "o", "--json")[1])
    assert (told["claims"], told["only_first"], told["only_second"], told["other_bill"]) == (1, 1, 1, 1)
