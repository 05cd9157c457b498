"""Pages for people: the amounts are those settled, every clause is registered, nothing escapes its element."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.interfaces.conftest import Run, claim, tongchou
from tests.interfaces.page import Page, fen
from tongchou.interfaces.wording import sentence
from tongchou.interfaces.wording.meanings import REASON, WARNING
from tongchou.law import load
from tongchou.law.compile.plan import BUILT_REASONS, BUILT_WARNINGS
from tongchou.rules.settlement.steps import NAMES, Step

HOSTILE = '<script>alert("1")</script>&\'x'
PERSON = "530102198001011234"
RESIDENT = {"scheme": "resident", "status": "resident"}
ROWS = [
    claim("V1", PERSON, "2023-05-04", "outpatient", "590.00", first_share="20.00", out_of_catalogue="11.11"),
    claim(
        "V2", PERSON, "2023-06-04", "outpatient", "590.00", first_share="20.00", out_of_catalogue="11.11", reverses="V1"
    ),
    claim("L1", "P3", "2023-05-05", "inpatient", "620000.00", status="retired", first_share="12000.00"),
    claim("D1", "P4", "2023-05-06", "delivery", "1331.43", 1, **RESIDENT, delivery_kind="normal", rank="county"),
    claim("D2", "P5", "2023-05-06", "delivery", "3331.43", 1, **RESIDENT, delivery_kind="caesarean", rank="county"),
    claim("D3", "P6", "2023-05-06", "delivery", "5331.43", **RESIDENT, delivery_kind="normal", rank="province"),
    claim("Z1", "P7", "2023-05-06", "outpatient", "60.00"),
    claim("Z2", "P7", "2022-02-01", "outpatient", "300.00"),
    claim("Z3", "P8", "2023-05-05", "inpatient", "9000.00", designated="false"),
    claim("A1", "P9", "2023-05-05", "inpatient", "150000.00", **RESIDENT, identity="registered_poor"),
    claim("A2", "P9", "2023-07-05", "inpatient", "77777.77", **RESIDENT, identity="registered_poor", over_limit="7.77"),
    claim(HOSTILE, "P10", "2023-05-06", "outpatient", "600.01"),
]
IDS = [r["claim_id"] for r in ROWS]
"""An ordinary visit, its reversal, large expense, packages with and without an institution's part, nothing paid for
three reasons, five layers, a cap used up, an id that is markup."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    from tests.interfaces.conftest import read_run, write_claims

    folder = tmp_path_factory.mktemp("pages")
    done = tongchou("settle", write_claims(folder / "claims.csv", ROWS), "--area", "530100", "--out", folder / "out")
    assert done.returncode == 0, done.stderr
    found = read_run(folder / "out")
    assert not found.rejected
    return found


@pytest.fixture(scope="module")
def page_of(run: Run) -> Callable[..., Page]:
    """The page of a claim, as ``explain --html`` writes it."""
    kept: dict[tuple[str, ...], Page] = {}

    def page(claim_id: str, *options: str) -> Page:
        key = (claim_id, *options)
        if key not in kept:
            file = run.folder.parent / "page.html"
            done = tongchou("explain", run.folder, claim_id, "--html", file, *options)
            assert done.returncode == 0, done.stderr
            assert done.stdout == f"{file}\n"
            kept[key] = Page(file.read_text(encoding="utf-8"))
        return kept[key]

    return page


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("claim_id", IDS)
def test_amounts_are_those_settled_and_add_up(run: Run, page_of: Callable[..., Page], claim_id: str, lang: str) -> None:
    page, row = page_of(claim_id, "--lang", lang), run[claim_id]
    totals = {e.attributes["data-total"]: fen(e.text) for e in page.all("data-total")}
    surplus = sum(fen(e.text) for e in page.all("data-surplus"))
    assert totals["billed"] == row["billed"]
    assert totals["fund"] == row["fund_total"]
    assert totals["person"] == row["personal"]
    assert totals.get("institution", 0) + surplus == row["institution"]
    parts = [(e.attributes["data-part"], fen(e.text)) for e in page.all("data-part")]
    assert sum(v for _, v in parts) + surplus == row["billed"]
    for column, value in row.items():
        if column.startswith("person_") and column != "person_id" and value:
            assert (column[7:], value) in parts


@pytest.mark.parametrize("claim_id", IDS)
def test_both_pictures_carry_every_amount_of_the_table(run: Run, page_of: Callable[..., Page], claim_id: str) -> None:
    """The lying and the standing picture: the same amounts, which add up to the bill; and words for who cannot see."""
    page = page_of(claim_id)
    pictures = page.tags("svg")
    assert [p.attributes["class"] for p in pictures] == ["lying", "standing"]
    wanted = {e.text for e in page.all("data-part")}
    for p in pictures:
        assert p.attributes["role"] == "img"
        assert all(amount in p.text for amount in wanted)
        assert all(amount in p.attributes["aria-label"] for amount in wanted)


@pytest.mark.parametrize("claim_id", IDS)
def test_every_clause_stands_in_the_register(page_of: Callable[..., Page], claim_id: str) -> None:
    page, law = page_of(claim_id), load()
    shown = page.all("data-clause")
    for e in shown:
        document = law.documents[e.attributes["data-document"]]
        clause = next(c for c in document.clauses if c.id == e.attributes["data-clause"])
        assert clause.zh in e.text
        assert document.title in e.text
    grounds = {e.attributes["id"] for e in shown}
    used = {"ground-" + e.attributes["data-ground"] for e in page.all("data-ground")}
    assert used == grounds


def test_every_step_of_the_explanation_is_on_the_page(run: Run, page_of: Callable[..., Page]) -> None:
    told = json.loads(tongchou("explain", run.folder, "A1", "--json").stdout)
    assert len(told["steps"]) > 12
    kinds = [e.attributes["data-step"] for e in page_of("A1").all("data-step")]
    assert kinds == [s["step"] for s in told["steps"]]


def test_headline_is_understood(page_of: Callable[..., Page]) -> None:
    heads = {c: page_of(c).tags("h1")[0].text for c in ("V1", "V2", "D1", "D2", "Z1", "L1")}
    assert heads["V1"] == "这次看病 590.00 元：基金付 234.45 元，您付 355.55 元"
    assert heads["V2"] == "撤销一笔 590.00 元的结算：基金收回 234.45 元，退您 355.55 元"
    assert heads["D1"] == "这次分娩 1,331.43 元：基金付 1,600.00 元，您付 0.00 元；基金按定额付，多出的 268.57 元归医院"
    assert heads["D2"] == "这次分娩 3,331.43 元：基金付 3,000.00 元，您付 0.00 元，医院承担 331.43 元"
    assert heads["Z1"] == "这次看病 60.00 元：基金不付，您付 60.00 元"
    assert heads["L1"].startswith("这次住院 620,000.00 元：基金付 500,000.00 元")
    english = page_of("D2", "--lang", "en").tags("h1")[0].text
    assert english == (
        "This delivery cost 3,331.43 yuan: the funds pay 3,000.00, you pay 0.00, the institution bears 331.43"
    )


@pytest.mark.parametrize(
    ("claim_id", "code"), [("Z1", "deductible"), ("Z2", "not_yet_in_force"), ("Z3", "not_designated")]
)
def test_reasons_are_told_in_words(page_of: Callable[..., Page], claim_id: str, code: str) -> None:
    (told,) = page_of(claim_id).all("data-reason")
    assert told.attributes["data-reason"] == code
    assert REASON[code][0] in told.text


def test_warnings_are_told_in_words(page_of: Callable[..., Page]) -> None:
    told = {e.attributes["data-warning"]: e.text for e in page_of("A1").all("data-warning")}
    assert set(told) == {"values_secondary", "values_assumed"}
    assert all(WARNING[code][0] in text for code, text in told.items())


def test_every_reason_and_warning_has_words() -> None:
    """Of the settlement itself and of the bundled schemes; a scheme file may add its own, shown as written."""
    of_schemes = {r.code for s in load().schemes.values() for r in s.reasons}
    assert (set(BUILT_REASONS) - {"", "no_rule"}) | of_schemes <= set(REASON)
    assert {*BUILT_WARNINGS, "late", "unknown_part"} <= set(WARNING)


def test_a_hostile_id_stays_text(page_of: Callable[..., Page]) -> None:
    page = page_of(HOSTILE)
    assert HOSTILE in page.text
    assert not page.tags("script")
    assert "<script" not in page.html


def test_persons_are_masked(run: Run, page_of: Callable[..., Page]) -> None:
    page = page_of("V1")
    assert [e.text for e in page.all("data-person")] == ["530***********1234"]
    for row in run.settlements:
        html = page_of(row["claim_id"]).html
        assert row["person_id"] == "P10" or f">{row['person_id']}<" not in html
    assert PERSON not in page.html


@pytest.mark.parametrize("claim_id", ["V1", "A1", "D1"])
def test_the_page_is_whole_and_the_same_each_time(run: Run, page_of: Callable[..., Page], claim_id: str) -> None:
    first = page_of(claim_id).html
    again = run.folder.parent / "again.html"
    assert tongchou("explain", run.folder, claim_id, "--html", again).returncode == 0
    assert again.read_bytes() == first.encode()
    assert not re.search(r"(?:src|href)=\"(?!#|data:)", first), "nothing from elsewhere"
    assert "@import" not in first
    assert "url(http" not in first
    anchors = [e.attributes["id"] for e in page_of(claim_id).all("id")]
    assert len(set(anchors)) == len(anchors)


def test_caps_tell_what_the_next_claim_finds(page_of: Callable[..., Page]) -> None:
    """What is left after A1 is what A2 finds used."""
    (table,) = [e for e in page_of("A1").tags("table") if e.attributes["class"] == "left"]
    assert "本次 60,000.0060,000.000.00" in table.text, "all of the 60,000 is used"
    steps = [e.text for e in page_of("A2").all("data-step") if e.attributes["data-step"] == "cap"]
    assert "已用 60,000.00，余 0.00" in steps[0]


def test_the_source_beside_it_marks_the_layers_met(page_of: Callable[..., Page]) -> None:
    page = page_of("V1")
    met = [e.text for e in page.tags("span") if e.attributes.get("class") == "met"]
    assert "# layer outpatient_pool" in met
    assert "# layer inpatient_pool" not in met
    assert any("9000" in line for line in met), "the deductible of 90 yuan in fen"
    assert load().version in page.text


def test_a_quote_gives_the_same_page_without_person(tmp_path: Path) -> None:
    file = tmp_path / "quote.html"
    options = "--area 530100 --on 2023-05-04 --scheme employee --status active --category outpatient --level 3"
    done = tongchou("quote", "visit", *options.split(), "--in-scope", "590.00", "--known", "2023-06-01", "--html", file)
    assert done.returncode == 0, done.stderr
    page = Page(file.read_text(encoding="utf-8"))
    assert page.tags("h1")[0].text == "这次看病 590.00 元：基金付 250.00 元，您付 340.00 元"
    assert "按 2023-06-01 已知的法规" in page.text
    assert not page.all("data-person")


def test_a_scheme_file_alone_has_a_page(tmp_path: Path) -> None:
    from tests.interfaces.conftest import write_claims

    policy = Path(__file__).parents[2] / "examples" / "schemes" / "own-policy.yaml"
    file = write_claims(
        tmp_path / "c.csv", [claim("A", "P1", "2026-04-11", "inpatient", "36500.00", contracted="true")]
    )
    assert tongchou("settle", file, "--scheme", policy, "--out", tmp_path / "out").returncode == 0
    done = tongchou("explain", tmp_path / "out", "A", "--html", tmp_path / "a.html")
    assert done.returncode == 0, done.stderr
    page = Page((tmp_path / "a.html").read_text(encoding="utf-8"))
    assert "方案文件" in page.text
    assert sum(fen(e.text) for e in page.all("data-part")) == 36500_00


def test_a_page_that_cannot_be_written_is_refused(run: Run, tmp_path: Path) -> None:
    done = tongchou("explain", run.folder, "V1", "--html", tmp_path / "none" / "x.html")
    assert done.returncode == 1
    assert done.stderr.startswith("page_unwritable:")


def test_an_unknown_kind_of_step_is_told_all_the_same() -> None:
    scheme = load().scheme("530100", "employee")
    step = Step(
        "outpatient_pool", "普通门诊统筹", "bonus", {"tariff": 3500, "quantity": 4, "rate": 50, "scale": 100}, ()
    )
    assert "bonus" not in NAMES
    assert sentence(step, scheme, {}, "zh") == "标准 35.00，数量 4，比例 50%"
    assert sentence(step, scheme, {}, "en") == "tariff 35.00, quantity 4, rate 50%"


# -- law ------------------------------------------------------------------------------------------------------------


def law(tmp_path: Path, *options: str) -> Page:
    file = tmp_path / "law.html"
    done = tongchou("law", "show", *options, "--html", file)
    assert done.returncode == 0, done.stderr
    return Page(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("area", ["530100", "532300"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_value_stands_beside_its_article(tmp_path: Path, area: str, lang: str) -> None:
    page, tree = law(tmp_path, area, "2023-05-04", "--lang", lang), load()
    articles = [e for e in page.all("data-clause") if e.tag == "div"]
    register = {
        (e.attributes["data-document"], e.attributes["data-clause"]) for e in page.all("data-clause") if e.tag == "li"
    }
    assert len(articles) > 10
    for e in articles:
        document, clause = e.attributes["data-document"], e.attributes["data-clause"]
        found = next(c for c in tree.documents[document].clauses if c.id == clause)
        assert " ".join((found.zh if lang == "zh" else found.says).split()) in e.text
        assert (document, clause) in register
    anchors = [e.attributes["id"] for e in page.all("id")]
    assert len(set(anchors)) == len(anchors)
    targets = {e.attributes["href"][1:] for e in page.tags("a")}
    assert targets <= set(anchors)


def test_every_value_that_law_show_lists_is_on_the_page(tmp_path: Path) -> None:
    told = json.loads(tongchou("law", "show", "530100", "2023-05-04", "--scheme", "employee", "--json").stdout)
    page = law(tmp_path, "530100", "2023-05-04", "--scheme", "employee")
    rows = page.all("data-key")
    (scheme,) = told["schemes"]
    catalogues = [r for r in rows if "catalogue" in r.attributes["data-key"]]
    assert len(rows) - len(catalogues) == len(scheme["values"])
    assert "6,000 元" in page.text


def test_two_days_show_what_changed(tmp_path: Path) -> None:
    """The cap of large expense rose on 2023-01-01; the rates kept their figures and found a document."""
    page = law(tmp_path, "530100", "2022-12-31", "--scheme", "employee", "--compare", "2023-01-01")
    changed = {e.attributes["data-key"]: e for e in page.all("data-key") if e.attributes["class"] == "changed"}
    assert len(changed) == 1
    ((key, cap),) = changed.items()
    assert key.startswith("scheme-employee-large_expense")
    assert "350,000 元 → 420,000 元" in cap.text
    assert [e.text for e in page.tags("del")][:1] == ["350,000 元"]
    assert {e.attributes["data-change"] for e in page.all("data-change")} == {"changed", "added", "ground"}
    same = [e for e in page.all("data-key") if e.attributes["class"] == "same"]
    assert len(same) > 10
    assert "km-inpatient-rates-2022 · 推定" in page.text


def test_a_value_that_ended_is_shown_as_gone(tmp_path: Path) -> None:
    page = law(tmp_path, "530100", "2022-03-31", "--scheme", "employee", "--compare", "2022-04-01")
    states = {e.attributes["data-key"]: e.attributes["class"] for e in page.all("data-key")}
    assert states["scheme-employee-reason-20-not_yet_in_force"] == "removed"
    assert states["scheme-employee-outpatient_pool"] == "added"


def test_the_day_of_knowledge_is_stated_and_kept(tmp_path: Path) -> None:
    """The base of 2025 became known in the middle of that year; before, the page shows the one of 2024."""
    late = law(tmp_path, "530100", "2025-03-01")
    early = law(tmp_path, "530100", "2025-03-01", "--known", "2025-06-30")
    assert "8,265 元" in late.text
    assert "8,265 元" not in early.text
    assert "8,183 元" in early.text
    assert "只计 2025-06-30 当日已知的文件和数值" in early.text


def test_coverage_as_known_on_a_day() -> None:
    then = tongchou("law", "coverage", "--known", "2018-01-01").stdout.splitlines()
    now = tongchou("law", "coverage").stdout.splitlines()
    assert then[0] == "按 2018-01-01 已知的法规"
    assert int(then[-1].split("/")[1]) < int(now[-1].split("/")[1])


def test_compare_needs_a_page() -> None:
    done = tongchou("law", "show", "530100", "2022-12-31", "--compare", "2023-01-01")
    assert done.returncode == 2
    assert "--html" in done.stderr
