"""Worked cases: those of the bundled law hold, and each way in which one does not is told by file and line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tongchou.interfaces.cli.law_cases import result_columns, run_cases
from tongchou.law.cases import Case, beside, read_case_file
from tongchou.law.check import check_law, load_checked_scheme
from tongchou.law.tables import Scheme
from tongchou.law.tree import BUNDLED, case_files, files_of, load
from tongchou.rules.settlement.counter import settle_one
from tongchou.rules.settlement.person import OnePerson

from .overlays import document, overlay, scheme
from .test_bad_files import BAD, head_of

FOLDER = BAD / "cases"
FILES = sorted(FOLDER.glob("*.cases.yaml"))
VISIT = "service_date: 2024-05-01, status: active, category: outpatient, level: 1, in_scope: 1000"


def cases_of(folder: Path, text: str, law: str = "") -> tuple[Scheme, list[Case]]:
    """A scheme file (the one of the folder of bad cases) and the cases beside it."""
    policy = folder / "policy.yaml"
    policy.write_text(law or (FOLDER / "policy.yaml").read_text("utf-8"), encoding="utf-8")
    beside(policy).write_text(text, encoding="utf-8")
    cases, found = read_case_file(beside(policy), "policy.cases.yaml")
    assert found == []
    return load_checked_scheme(policy), cases


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name.removesuffix(".cases.yaml"))
def test_bad_case(path: Path, tmp_path: Path, run: Any) -> None:
    """The command names code, file and line, what was expected and what was found, in both languages."""
    wanted = head_of(path)
    name = path.name.removesuffix(".cases.yaml")
    assert wanted["code"] == name.partition("-")[0]
    shutil.copyfile(FOLDER / "policy.yaml", tmp_path / f"{name}.yaml")
    shutil.copyfile(path, tmp_path / path.name)
    code, out, err = run("law", "check", tmp_path / f"{name}.yaml", "--json")
    assert (code, err) == (1, "")
    told = json.loads(out)["findings"]
    assert len(told) == 1, out
    (f,) = told
    assert (f["code"], f["line"]) == (wanted["code"], int(wanted["line"]))
    assert f["file"].endswith(path.name)
    assert wanted["found"] in f["found"]
    assert wanted.get("fix", "") in f["fix"]
    assert f["zh"] != f["en"]
    code, again, _ = run("law", "check", tmp_path / path.name)  # the file of cases names the same pair
    assert code == 1
    assert f["en"] in again


def test_cases_of_the_bundled_law_hold(run: Any) -> None:
    """Every area with a scheme has cases, and all of them hold."""
    law, found = check_law()
    assert found == []
    assert {(c.area, c.scheme) for c in law.cases} == set(law.schemes)
    code, out, _ = run("law", "check", "--json")
    told = json.loads(out)["cases"]
    assert code == 0
    assert told["failed"] == 0
    assert told["cases"] == len(law.cases) >= 25
    assert told["columns"] > 100
    code, out, _ = run("law", "check")
    assert f"worked cases: {len(law.cases)} with" in out


def test_a_changed_rate_of_the_bundled_law_breaks_its_cases(run: Any, tmp_path: Path) -> None:
    """The cases pin the figures: 54 instead of 55 % at one level is found, by case and column, with its steps."""
    for part in ("employee.yaml", "diseases.yaml", "cases/employee.yaml"):
        target = tmp_path / "areas/530100" / part
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(BUNDLED / "areas/530100" / part, target)
    (tmp_path / "overlay.yaml").write_text("title: changed\n", encoding="utf-8")
    path = tmp_path / "areas/530100/employee.yaml"
    path.write_text(path.read_text("utf-8").replace("1: 60, 2: 55, 3: 50", "1: 60, 2: 54, 3: 50"), encoding="utf-8")
    code, out, _ = run("law", "check", tmp_path, "--explain")
    assert code == 1
    assert "门诊二级与一级 [1].fund_outpatient_pool: expected 110.00; found 108.00" in out
    assert "x 54% = 108.00" in out
    assert out.count("case_differs") == 2  # the fund's part and the person's


def test_as_known_on_a_day(run: Any) -> None:
    """Before the letter was known its figures are no law: the cases say so."""
    code, out, _ = run("law", "check", "--known", "2023-01-15")
    assert code == 1
    assert "as known on 2023-01-15" in out
    assert "no_rule" in out


def test_a_case_has_its_own_knowledge_day(tmp_path: Path, run: Any) -> None:
    folder = overlay(
        tmp_path,
        {
            "documents/local.yaml": document("local"),
            "areas/370100/resident.yaml": scheme("[{value: 80}, {from: 2020-01-01, known: 2021-01-01, value: 90}]"),
            "areas/370100/cases/resident.yaml": """scheme: resident
clause: local a
cases:
- name: before
  known: 2020-06-01
  claims:
  - {service_date: 2020-05-01, status: resident, category: inpatient, level: 1, in_scope: 100, expect: {fund_pool: 80}}
- name: after
  known: 2021-01-01
  claims:
  - {service_date: 2020-05-01, status: resident, category: inpatient, level: 1, in_scope: 100, expect: {fund_pool: 90}}
""",
        },
    )
    code, out, _ = run("law", "check", folder)
    assert code == 0, out
    code, out, _ = run("law", "check", folder, "--known", "2020-06-01", "--json")  # a case's own day goes first
    files = {f["file"] for f in json.loads(out)["findings"]}
    assert "areas/370100/cases/resident.yaml" not in files


def test_an_overlay_that_touches_an_area_brings_its_cases(tmp_path: Path) -> None:
    folder = overlay(tmp_path, {"areas/530100/cases/own.yaml": "scheme: employee\ncases: []\n"})
    names = set(case_files(folder))
    assert "areas/530100/cases/own.yaml" in names
    assert not any(n.startswith("areas/530100/") and n != "areas/530100/cases/own.yaml" for n in names)
    assert any(n.startswith("areas/532300/") for n in names)


def test_cases_are_no_law(tmp_path: Path) -> None:
    """A case changes no version, and is not among the files of law that a run keeps."""
    before = load().version
    assert load(overlay(tmp_path, {"areas/530100/cases/own.yaml": "scheme: employee\ncases: []\n"})).version == before
    assert not any("/cases/" in name for name in files_of(BUNDLED))


def test_a_clause_of_a_case_must_be_registered(tmp_path: Path) -> None:
    text = (
        f"scheme: resident\ncases:\n- name: a\n  clause: local z\n  claims: [{{{VISIT}, expect: {{fund_total: 0}}}}]\n"
    )
    files = {
        "documents/local.yaml": document("local"),
        "areas/370100/resident.yaml": scheme(),
        "areas/370100/cases/resident.yaml": text,
    }
    assert [f.code for f in check_law(overlay(tmp_path, files))[1]] == ["unknown_clause"]
    files["areas/370100/cases/resident.yaml"] = text.replace("local z", "locl a")
    assert [f.code for f in check_law(overlay(tmp_path, files))[1]] == ["unknown_document"]


def test_opening_totals_and_money_are_read_exactly(tmp_path: Path) -> None:
    law, cases = cases_of(
        tmp_path,
        f"""source: by hand
cases:
- name: 999.99 of the 1,000 are used
  used: {{outpatient_pool: 999.99}}
  claims: [{{{VISIT}, expect: {{fund_outpatient_pool: 0.01, personal: "999.99"}}}}]
- name: of 100.13 above the deductible 0.104 would be paid
  claims: [{{{VISIT.replace("1000", "100.13")}, expect: {{fund_outpatient_pool: 0.10, personal: 100.03}}}}]
""",
    )
    ran = run_cases(cases, lambda _: law, {})
    assert [f.sentence() for f in ran.findings] == []
    assert (ran.cases, ran.claims, ran.columns) == (2, 2, 4)


def test_totals_go_from_claim_to_claim_by_their_period(tmp_path: Path) -> None:
    """A yearly deductible is due once a year, a reversal gives it back, an interim run is one stay."""
    stay = "status: active, category: inpatient, level: 1, in_scope: 1000"
    law, cases = cases_of(
        tmp_path,
        f"""source: by hand
cases:
- name: once a year, and again after it was undone
  claims:
  - {{claim_id: A, service_date: 2024-05-01, {stay}, expect: {{deductible: 500, fund_inpatient_pool: 450}}}}
  - {{reverses: A, service_date: 2024-05-02, {stay}, expect: {{fund_inpatient_pool: -450, personal: -550}}}}
  - {{service_date: 2024-05-03, {stay}, expect: {{deductible: 500}}}}
  - {{service_date: 2024-12-31, {stay}, expect: {{deductible: 0, fund_inpatient_pool: 900}}}}
  - {{service_date: 2025-01-01, {stay}, expect: {{deductible: 500}}}}
""",
    )
    assert [f.sentence() for f in run_cases(cases, lambda _: law, {}).findings] == []
    visit = "layers:\n- {name: pool, when: {category: inpatient}, deductible: {per: visit, amount: 500}, rate: 90}\n"
    law, cases = cases_of(
        tmp_path,
        f"""source: by hand
cases:
- name: an interim bill and the one that closes the stay, then another stay
  claims:
  - {{service_date: 2024-05-01, interim: true, {stay}, expect: {{deductible: 500}}}}
  - {{service_date: 2024-05-09, {stay}, expect: {{deductible: 0}}}}
  - {{service_date: 2024-05-19, {stay}, expect: {{deductible: 500}}}}
""",
        visit,
    )
    assert [f.sentence() for f in run_cases(cases, lambda _: law, {}).findings] == []
    course = visit.replace("per: visit", "per: episode")
    law, cases = cases_of(
        tmp_path,
        f"""source: by hand
cases:
- name: two bills of one episode, one of another
  claims:
  - {{service_date: 2024-05-01, episode: e1, {stay}, expect: {{deductible: 500}}}}
  - {{service_date: 2024-06-01, episode: e1, {stay}, expect: {{deductible: 0}}}}
  - {{service_date: 2024-06-02, episode: e2, {stay}, expect: {{deductible: 500}}}}
""",
        course,
    )
    assert [f.sentence() for f in run_cases(cases, lambda _: law, {}).findings] == []


def test_one_person_is_the_counter(tmp_path: Path) -> None:
    """The first claim of a person is what the counter gives for it alone."""
    law, cases = cases_of(
        tmp_path, f"source: x\ncases: [{{name: a, claims: [{{{VISIT}, expect: {{fund_total: 720}}}}]}}]\n"
    )
    assert cases
    claim = {a.name: a.default or 0 for a in law.attributes if a.kind != "state"}
    claim |= {"day": 738_000, "category": 0, "level": 1, "in_scope": 100_000, "billed": 100_000}
    claim |= {"out_of_catalogue": 0, "over_limit": 0, "first_share": 0, "designated": 1}
    assert OnePerson(law).settle(claim).amounts == settle_one(law, claim).amounts
    with pytest.raises(KeyError):
        OnePerson(law).reverse("never settled")


def test_every_column_of_an_answer_may_be_expected() -> None:
    """What `quote` answers in money is what a case may expect."""
    law = load().scheme("530100", "resident")
    columns = result_columns(law)
    assert {"fund_backstop", "person_share_inpatient_pool", "person_over_cap", "institution"} <= columns
    assert not {"person_share_critical_illness", "law_version"} & columns
