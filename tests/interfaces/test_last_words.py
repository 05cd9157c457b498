"""The last words of the language through files and command: columns, running totals between runs, explanations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from .conftest import Run, claim, tongchou

LAW = """
attributes:
  own_balance: {type: money, default: 0}
  age: {type: integer, from: born, bins: [18, 45, 60]}
layers:
- {name: account, payer: own, when: {category: outpatient}, rate: 100, caps: [{amount: {attr: own_balance}, per: none}]}
- name: outpatient_pool
  when: {category: outpatient}
  deductible: {amount: 500, per: {rolling_days: 30}}
  rate: {by: age, 18: 50, 45: 60, 60: 70}
- {name: care, when: {category: inpatient}, unit: {tariff: 65, quantity: days}, rate: 70}
- {name: other, when: {category: inpatient}, rate: 50}
- choose: {of: [other, care]}
- name: critical_illness
  intake: {burden: ["share:*", deductible]}
  deductible: {amount: 1000, per: year, as: edge}
  bands: [{rate: 60}]
  band_scope: year
  catch_up: true
payment_sources:
- {name: own_account, balance: own_balance}
- {name: family, balance: own_balance, when: {category: inpatient}}
"""
Settle = Callable[..., Run]


def law(tmp_path: Path) -> Path:
    path = tmp_path / "law.yaml"
    path.write_text(LAW, encoding="utf-8")
    return path


def rows() -> list[dict[str, Any]]:
    return [
        claim("A", "p", "2023-01-10", "outpatient", "700.00", own_balance=300, age=50),
        claim("B", "p", "2023-01-20", "outpatient", "900.00", age=50),
        claim("C", "p", "2023-02-15", "outpatient", "900.00", age=60),
        claim("D", "p", "2023-03-01", "inpatient", "4000.00", days=20, own_balance=1000, age=60),
        claim("E", "q", "2023-03-01", "outpatient", "900.00", age=17),
        claim("F", "q", "2023-03-02", "outpatient", "900.00", age=18),
    ]


def test_columns_and_rejections(settle: Settle, tmp_path: Path) -> None:
    """Money laid on sources adds up to the person's part; an age below the first bin is refused at the door."""
    run = settle(rows(), "--scheme", law(tmp_path), area=None)
    assert [(r["claim_id"], r["reason"], r["column"]) for r in run.rejected] == [("E", "out_of_range", "age")]
    a, b, c, d = (run[k] for k in "ABCD")
    assert (a["person_own_account"], a["deductible"], a["fund_outpatient_pool"]) == (30000, 40000, 0)
    assert (b["deductible"], b["fund_outpatient_pool"]) == (10000, 48000)  # 400 of the 500 were borne 10 days before
    assert (c["deductible"], c["fund_outpatient_pool"]) == (40000, 35000)  # the 10th has left the window, the 20th not
    assert (d["fund_care"], d["fund_other"]) == (0, 200000)  # 65 x 20 days x 70% = 910, less than half of 4,000
    for r in run.settlements:
        assert r["personal"] == r["paid_by_own_account"] + r["paid_by_family"] + r["paid_by_cash"]
        assert r["billed"] == r["fund_total"] + r["personal"] + r["institution"]
    assert a["paid_by_own_account"] == 30000
    assert d["paid_by_own_account"] == min(100000, d["personal"])


def test_a_window_reaches_into_the_run_before(settle: Settle, tmp_path: Path) -> None:
    """A rolling deductible and what a layer has paid go on in the next file, to the fen."""
    path = law(tmp_path)
    whole = settle(rows(), "--scheme", path, area=None)
    first = settle(rows()[:2], "--scheme", path, area=None)
    second = settle(rows()[2:], "--scheme", path, "--opening", first.folder / "accumulators.parquet", area=None)
    split = {r["claim_id"]: r for r in first.settlements + second.settlements}
    money = [k for k in whole.settlements[0] if isinstance(whole.settlements[0][k], int)]
    for r in whole.settlements:
        assert {k: r[k] for k in money} == {k: split[r["claim_id"]].get(k, 0) for k in money}, r["claim_id"]


def test_explanations_name_the_new_steps(settle: Settle, tmp_path: Path) -> None:
    """Own account, choice, sources: each in words, in both languages, on the terminal and on the page."""
    run = settle(rows(), "--scheme", law(tmp_path), area=None)
    for lang, words in (("zh", ("择优", "本人个人账户")), ("en", ("the better", "own account"))):
        told = tongchou("explain", run.folder, "D", "--lang", lang)
        assert told.returncode == 0, told.stderr
        assert all(w in told.stdout for w in words), told.stdout
    page = tmp_path / "a.html"
    assert tongchou("explain", run.folder, "A", "--html", page).returncode == 0
    assert "个人账户支付 300.00" in page.read_text(encoding="utf-8")
    assert "补齐" in tongchou("explain", run.folder, "C").stdout
