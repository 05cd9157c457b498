"""A file settled by the command: amounts, running totals, openings, reversals, refusals."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.interfaces.conftest import Run, claim, tongchou, write_claims
from tongchou.interfaces.files.replay import replay

Settle = Callable[..., Run]


def test_claim_through_three_layers_to_the_fen(settle: Settle) -> None:
    """150,000.00 at level 3: 1,200 first, 80,000 from the pool, 90% of the rest; the shares add up."""
    run = settle([claim("A", "P", "2023-05-05", "inpatient", "150000")])
    a = run["A"]
    assert (a["deductible"], a["fund_inpatient_pool"], a["fund_large_expense"]) == (120000, 8000000, 4921412)
    assert a["billed"] == a["fund_total"] + a["personal"] + a["institution"]
    assert a["personal"] == sum(v for k, v in a.items() if k.startswith("person_") and k != "person_id")
    assert run.summary["fund_total"] == "129214.12"
    assert run.summary["ratio_in_scope"] == "0.8614"


def test_all_eight_fund_columns_and_unknown_columns_are_carried(settle: Settle) -> None:
    """A scheme without a layer still has its column, at zero; a column nobody knows goes through."""
    run = settle([claim("A", "P", "2023-05-05", "outpatient", "590.00", note="门诊")])
    funds = {k for k in run["A"] if k.startswith("fund_")}
    assert funds == {"fund_total"} | {
        f"fund_{f}"
        for f in (
            "outpatient_pool",
            "chronic_pool",
            "inpatient_pool",
            "large_expense",
            "critical_illness",
            "medical_assistance",
            "backstop",
            "delivery",
        )
    }
    assert run["A"]["note"] == "门诊"
    assert run["A"]["fund_total"] == 25000


def year_of_claims(seed: int, people: int = 12) -> list[dict[str, Any]]:
    """A year of claims of some employees and residents that reach caps, stays, episodes and reversals."""
    rng = random.Random(seed)
    rows: list[dict[str, Any]] = []
    for p in range(people):
        resident = p % 3 == 0
        days = sorted(rng.randrange(1, 365) for _ in range(10))
        for k, d in enumerate(days):
            date = f"2023-{1 + d // 31:02d}-{1 + d % 28:02d}"
            category = rng.choice(
                ["inpatient", "special", "inpatient"] if resident else ["outpatient", "chronic", "inpatient"]
            )
            row = claim(
                f"C{p}-{k}", f"P{p}", date, category, f"{rng.randrange(100, 9_000_000) / 100:.2f}", rng.randrange(0, 4)
            )
            if resident:
                row |= {
                    "scheme": "resident",
                    "status": "resident",
                    "identity": rng.choice(["", "registered_poor", "minimum_allowance;registered_poor"]),
                }
            else:
                row["chronic_diseases"] = rng.randrange(1, 5)
            if category == "inpatient" and k % 4 == 1:
                row |= {"episode": f"E{p}", "interim": rng.choice(["true", "false"])}
            rows.append(row)
    rows.sort(key=lambda r: r["service_date"])
    for i in range(10, len(rows), 17):  # every so often one is undone later
        rows.append(
            {
                **rows[i],
                "claim_id": rows[i]["claim_id"] + "-R",
                "reverses": rows[i]["claim_id"],
                "service_date": max(rows[i]["service_date"], "2023-09-01"),
            }
        )
    return rows


@pytest.mark.parametrize("seed", [1, 2])
def test_half_years_with_opening_give_the_whole_year(settle: Settle, seed: int) -> None:
    """January to June, then July to December on its totals, to the fen what the whole year gives."""
    rows = year_of_claims(seed)
    whole = settle(rows)
    first = settle([r for r in rows if r["service_date"] < "2023-07-01"])
    second = settle(
        [r for r in rows if r["service_date"] >= "2023-07-01"], "--opening", first.folder / "accumulators.parquet"
    )
    assert [r for run in (whole, first, second) for r in run.rejected] == []
    together = {r["claim_id"]: r for r in first.settlements + second.settlements}
    assert together == {r["claim_id"]: r for r in whole.settlements}
    ends = [pq.read_table(r.folder / "accumulators.parquet").to_pylist() for r in (whole, second)]
    assert sorted(map(_totals, ends[0])) == sorted(map(_totals, ends[1]))


def _totals(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(sorted((k, str(v)) for k, v in row.items() if v not in (0, "")))


@pytest.mark.parametrize("workers", [1, 3])
def test_workers_and_input_of_persons_do_not_matter(settle: Settle, workers: int) -> None:
    """Any number of workers, and persons in any order, give the same rows."""
    rows = [r for r in year_of_claims(3) if "reverses" not in r]
    people = sorted({r["person_id"] for r in rows}, reverse=True)
    plain = settle(rows)
    other = settle([r for p in people for r in rows if r["person_id"] == p], "--workers", str(workers))
    assert {r["claim_id"]: r for r in plain.settlements} == {r["claim_id"]: r for r in other.settlements}
    assert [r["claim_id"] for r in plain.settlements] == [r["claim_id"] for r in rows]


def test_parquet_in_gives_what_csv_gives(settle: Settle, tmp_path: Path) -> None:
    """The same claims as Parquet with decimals, dates and flags."""
    rows = [r for r in year_of_claims(4) if "reverses" not in r and "episode" not in r]
    names = list(dict.fromkeys(k for r in rows for k in r))
    table = pa.table({n: pa.array([str(r[n]) if r.get(n) not in (None, "") else None for r in rows]) for n in names})
    table = table.set_column(names.index("billed"), "billed", table["billed"].cast(pa.decimal128(14, 2)))
    table = table.set_column(names.index("service_date"), "service_date", table["service_date"].cast(pa.date32()))
    pq.write_table(table, tmp_path / "c.parquet")
    assert settle(tmp_path / "c.parquet").settlements == settle(rows).settlements


def test_reversal_turns_the_sign_and_takes_totals_back(settle: Settle) -> None:
    """After a reversal the next claim finds the totals as if the first had never been; it is undone once."""
    rows = [
        claim("A", "P", "2023-01-05", "outpatient", "13000"),
        claim("R", "P", "2023-01-06", "outpatient", "13000", reverses="A"),
        claim("B", "P", "2023-01-07", "outpatient", "13000"),
        claim("R2", "P", "2023-01-08", "outpatient", "13000", reverses="A"),
        claim("R3", "P", "2023-01-08", "outpatient", "1", reverses="B"),
        claim("R4", "P", "2023-01-08", "outpatient", "1", reverses="X"),
    ]
    run = settle(rows)
    money = [k for k, v in run["A"].items() if isinstance(v, int)]
    assert [run["R"][k] for k in money] == [-run["A"][k] for k in money]
    assert [run["B"][k] for k in money] == [run["A"][k] for k in money]
    assert {r["claim_id"]: r["reason"] for r in run.rejected} == {
        "R2": "already_reversed",
        "R3": "reverses_not_equal",
        "R4": "reverses_unknown",
    }


def test_reversal_of_a_claim_of_the_run_before(settle: Settle) -> None:
    """A claim of the opening's run can be undone in the next, once, and its totals go down."""
    first = settle(
        [claim("A", "P", "2023-01-05", "outpatient", "13000"), claim("A2", "P", "2023-02-05", "inpatient", "20000")]
    )
    opening = first.folder / "accumulators.parquet"
    second = settle(
        [
            claim("R", "P", "2023-07-06", "outpatient", "13000", reverses="A"),
            claim("B", "P", "2023-07-07", "outpatient", "13000"),
            claim("R2", "P", "2023-07-08", "outpatient", "13000", reverses="A"),
        ],
        "--opening",
        opening,
    )
    assert second["R"]["fund_total"] == -first["A"]["fund_total"]
    assert second["B"]["fund_total"] == first["A"]["fund_total"]
    assert [r["reason"] for r in second.rejected] == ["already_reversed"]


def test_late_claim_is_settled_after_with_a_warning(settle: Settle) -> None:
    """A claim that would have stood before the last one counted is settled after it and says so."""
    first = settle([claim("A", "P", "2023-06-05", "outpatient", "12090")])
    second = settle([claim("B", "P", "2023-03-05", "outpatient", "290")], "--opening", first.folder)
    assert "late" in second["B"]["warnings"].split(";")
    assert second["B"]["fund_inpatient_pool"] == 17000  # the 6,000 were already used: 200 at 85%


def test_interim_rows_are_one_stay_and_one_deductible(settle: Settle) -> None:
    """A stay settled in two rows owes its deductible once, also over the turn of the year."""
    rows = [
        claim("A", "P", "2022-12-31", "inpatient", "700", episode="E", interim="true"),
        claim("B", "P", "2023-01-10", "inpatient", "5000", episode="E", interim="false"),
        claim("C", "P", "2023-01-20", "inpatient", "5000", episode="E2"),
    ]
    run = settle(rows)
    assert [run[c]["deductible"] for c in "ABC"] == [70000, 50000, 120000]


def test_zero_with_a_reason_and_refused_are_kept_apart(settle: Settle) -> None:
    """Encoded law that gives nothing settles with zero; law that is not encoded is refused."""
    rows = [
        claim("before", "P", "2022-03-31", "outpatient", "500"),
        claim("small", "P", "2023-01-01", "outpatient", "80"),
        claim("away", "P", "2023-01-02", "inpatient", "5000", designated="false"),
        claim("old", "P", "2021-12-31", "inpatient", "5000"),
        claim("birth", "P", "2023-01-02", "delivery", "5000", delivery_kind="normal"),
        claim("chronic22", "P", "2022-05-02", "chronic", "5000"),
        claim("nothing", "P", "2023-01-02", "outpatient", "500", out_of_catalogue="500"),
    ]
    run = settle(rows)
    assert {r["claim_id"]: r["reason"] for r in run.settlements} == {
        "before": "not_yet_in_force",
        "small": "deductible",
        "away": "not_designated",
        "nothing": "nothing_in_scope",
    }
    assert {r["claim_id"]: r["reason"] for r in run.rejected} == {
        "old": "no_rule",
        "birth": "no_rule",
        "chronic22": "no_rule",
    }
    assert run["away"]["personal"] == 500000


def test_L06_basic_and_large_expense_are_made_up_in_one_run(settle: Settle) -> None:
    """Claims of suspended months sent later settle both layers in one run, in the order of their settlement."""
    rows = [
        claim("A", "P", "2023-02-01", "inpatient", "120000", settled_at="2023-09-01"),
        claim("B", "P", "2023-03-01", "inpatient", "60000", settled_at="2023-09-01"),
    ]
    run = settle(rows, area="532300")
    assert [run[c]["fund_inpatient_pool"] for c in "AB"] == [8000000, 0]
    assert [run[c]["fund_large_expense"] for c in "AB"] == [2221412, 5301000]


def test_J02_actual_ratio_by_year_layer_and_level_beside_the_published_figure(settle: Settle) -> None:
    """Jinan 2007: the ratio by category and level, and the fund's ratio beside the published 70% and 65%."""
    run = settle(
        [claim("A", "P", "2007-05-05", "inpatient", "10000"), claim("B", "Q", "2007-05-05", "inpatient", "10000", 1)],
        area="370100",
    )
    cells = {(r["year"], r["category"], r["level"]): r["ratio_in_scope"] for r in run.summary["ratios"]}
    assert cells == {(2007, "inpatient", 3): "0.7905", (2007, "inpatient", 1): "0.8245"}
    compared = {c["parameter"]: (c["figure"], c["actual"]) for c in run.summary["compared"]}
    assert compared == {
        "indicators.reimbursement_ratio": ("0.7000", "0.8075"),
        "indicators.reimbursement_ratio_province": ("0.6500", "0.8075"),
    }


def test_known_date_settles_as_known_then(settle: Settle) -> None:
    """Before Kunming's letter was known nothing of it is law; after it, it is."""
    rows = [claim("A", "P", "2023-02-01", "outpatient", "590")]
    assert [r["reason"] for r in settle(rows, "--known", "2023-05-24").rejected] == ["no_rule"]
    assert settle(rows, "--known", "2023-05-25")["A"]["fund_total"] == 25000


def test_scheme_file_alone(settle: Settle, tmp_path: Path) -> None:
    """A policy of one's own settles without the law tree."""
    policy = tmp_path / "own.yaml"
    policy.write_text(
        "layers:\n- {name: inpatient_pool, when: {category: inpatient}, deductible: 100, rate: 50,\n"
        "   caps: [{per: year, amount: 1000}]}\n",
        encoding="utf-8",
    )
    run = settle(
        [claim("A", "P", "2030-01-01", "inpatient", "900"), claim("B", "P", "2030-02-01", "inpatient", "9000")],
        "--scheme",
        policy,
        area=None,
    )
    assert [run[c]["fund_inpatient_pool"] for c in "AB"] == [40000, 60000]


def test_whole_file_refusals_say_one_sentence(tmp_path: Path) -> None:
    """A file that cannot be read, a wrong encoding, a missing column, an unknown area: exit 1 and what to do."""
    good = write_claims(tmp_path / "good.csv", [claim("A", "P", "2023-05-05", "outpatient", "1")])
    gbk = tmp_path / "gbk.csv"
    gbk.write_bytes("claim_id,备注\n1,门诊\n".encode("gbk") + b"\xff\n")
    bare = tmp_path / "bare.csv"
    bare.write_text("claim_id,person_id\nA,P\n", encoding="utf-8")
    (tmp_path / "empty.csv").write_bytes(b"")
    cases = [
        (tmp_path / "none.csv", "530100", "none.csv"),
        (gbk, "530100", "UTF-8"),
        (bare, "530100", "service_date"),
        (tmp_path / "empty.csv", "530100", "empty.csv"),
        (good, "999999", "999999"),
    ]
    for file, area, word in cases:
        done = tongchou("settle", file, "--area", area, "--out", tmp_path / "o")
        assert (done.returncode, word in done.stderr) == (1, True), done.stderr
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
    assert tongchou("settle", good, "--out", tmp_path / "o").returncode == 2


def test_bad_rows_never_disturb_the_good(settle: Settle) -> None:
    """Each bad row is rejected with its reason and line; the good ones settle as if alone."""
    good = [claim("A", "P", "2023-05-05", "outpatient", "590.00"), claim("Z", "P", "2023-05-06", "inpatient", "20000")]
    bad = [
        claim("b1", "P", "2023-02-30", "outpatient", "1"),
        claim("b2", "P", "2023-05-05", "dentist", "1"),
        claim("b3", "P", "2023-05-05", "outpatient", str(0.1 + 0.2)),
        claim("b4", "P", "2023-05-05", "outpatient", "-1"),
        claim("b5", "P", "2023-05-05", "outpatient", "1000000000001"),
        claim("A", "P", "2023-05-05", "outpatient", "1"),
        claim("b6", "P", "2023-05-05", "outpatient", "10", in_scope="9"),
        claim("b7", "", "2023-05-05", "outpatient", "10"),
        claim("b8", "P", "2023-05-05", "outpatient", "10", 7),
        claim("b9", "P", "2023-05-05", "outpatient", "1e3"),
    ]
    run = settle([good[0], *bad, good[1]])
    assert [r["reason"] for r in run.rejected] == [
        "not_a_date",
        "unknown_code",
        "not_money",
        "negative_amount",
        "amount_too_large",
        "duplicate_claim_id",
        "amounts_do_not_add_up",
        "missing_value",
        "out_of_range",
        "not_money",
    ]
    assert [int(r["line"]) for r in run.rejected] == list(range(3, 13))
    assert run.settlements == [{**r} for r in settle(good).settlements]
    assert run.summary["rows_read"] == 12
    assert run.summary["settled"] + run.summary["rejected"] == 12


def test_codes_that_two_schemes_declare_differently_are_each_schemes_own(settle: Settle, tmp_path: Path) -> None:
    """Two schemes of an area may give one attribute different codes; a code of the other scheme is refused."""
    area = tmp_path / "law" / "areas" / "530100"
    area.mkdir(parents=True)
    (tmp_path / "law" / "overlay.yaml").write_text("base: bundled\n", encoding="utf-8")
    for name, codes, first in (("employee", "[none, gold]", "gold"), ("resident", "[silver, none]", "silver")):
        (area / f"{name}.yaml").write_text(
            f"scheme: {name}\nfrom: 2023-01-01\nattributes:\n"
            f"  tier: {{type: code, values: {codes}, default: none}}\nlayers:\n"
            "- name: inpatient_pool\n  clause: readings km-basic-cap-use\n  status: assumed\n"
            "  when: {category: inpatient}\n"
            f"  rate: [{{when: {{tier: {first}}}, value: 90}}, {{value: 10}}]\n",
            encoding="utf-8",
        )
    resident = {"scheme": "resident", "status": "resident"}
    rows = [
        claim("A", "P", "2023-05-05", "inpatient", "100", tier="gold"),
        claim("B", "Q", "2023-05-05", "inpatient", "100", tier="none"),
        claim("C", "R", "2023-05-05", "inpatient", "100", tier="silver", **resident),
        claim("D", "R", "2023-05-05", "inpatient", "100", **resident),
        claim("E", "R", "2023-05-05", "inpatient", "100", tier="gold", **resident),
    ]
    run = settle(rows, "--law", tmp_path / "law")
    assert {c: run[c]["fund_total"] for c in "ABCD"} == {"A": 9000, "B": 1000, "C": 9000, "D": 1000}
    assert [(r["claim_id"], r["reason"]) for r in run.rejected] == [("E", "unknown_code")]


def test_explain_tells_each_step_with_its_clause_from_what_the_run_left(settle: Settle, tmp_path: Path) -> None:
    """The steps are those of the settlement: in, deductible, rate, cap, overflow; each with document and clause."""
    run = settle(
        [claim("A", "P", "2023-05-04", "outpatient", "12000"), claim("B", "P", "2023-05-05", "outpatient", "2090")]
    )
    done = tongchou("explain", run.folder, "B", "--json")
    told = json.loads(done.stdout)
    assert told["schema"] == "tongchou.explain/1"
    steps = {(s["layer"], s["step"]): s for s in told["steps"]}
    cap = steps["outpatient_pool", "cap"]
    assert cap["amounts"] == {"cap_no": 0, "amount": 600000, "used": 595500, "room": 4500}
    assert steps["outpatient_pool", "stopped"]["amounts"]["amount"] == 191000
    assert steps["outpatient_above", "out"]["amounts"] == {"paid": 162350, "cost": 191000}
    assert {(c["document"], c["clause"], c["status"]) for c in cap["cites"]} == {("km2023", "一(二)3", "official")}
    assert sum(s["amounts"]["paid"] for s in told["steps"] if s["step"] == "out") == run["B"]["fund_total"]
    text = tongchou("explain", run.folder, "B").stdout
    for words in ("昆人社函〔2023〕49号 一(二)3", "限额 6000.00，已用 5955.00，余 45.00", "× 85% = 1623.50"):
        assert words in text
    assert "x 85% = 1623.50" in tongchou("explain", run.folder, "B", "--lang", "en").stdout
    assert tongchou("explain", run.folder, "nobody").returncode == 1
    assert tongchou("explain", tmp_path / "nowhere", "B").returncode == 1


def test_every_row_of_a_year_can_be_explained(settle: Settle) -> None:
    """A replay of any row, stays and openings and reversals included, gives what was stored (it asserts so itself)."""
    rows = year_of_claims(7, people=4)
    first = settle([r for r in rows if r["service_date"] < "2023-07-01"])
    second = settle([r for r in rows if r["service_date"] >= "2023-07-01"], "--opening", first.folder)
    for run in (first, second):
        for row in run.settlements:
            told = replay(run.folder, row["claim_id"])
            assert told.reverses or told.trace or row["fund_total"] == 0
            assert told.reason == row["reason"]


def test_a_changed_law_beside_a_run_is_refused(settle: Settle) -> None:
    """What paid must be what explains: a law folder touched after the run is refused by name."""
    run = settle([claim("A", "P", "2023-05-04", "outpatient", "12000")])
    file = run.folder / "law" / "areas" / "530100" / "employee.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("rate: 80", "rate: 81"), encoding="utf-8")
    done = tongchou("explain", run.folder, "A")
    assert (done.returncode, "law_changed" in done.stderr) == (1, True)
