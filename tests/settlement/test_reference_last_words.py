"""The plain reference on what the vectors do not reach: own accounts, sources, choices, rolling days, catching up."""

from __future__ import annotations

from typing import Any

from tongchou.rules.settlement.reference import PlainResult, settle_all

from .saying import fen, rows_of
from .schemes import scheme_of
from .strategies import plain_claim

BALANCES = "attributes: {card: {type: money, default: 0}, family: {type: money, default: 0}}\n"


def by_reference(text: str, *claims: dict[str, Any]) -> list[PlainResult]:
    """Claims of one person in words and yuan; ``reverses`` is the place of the claim undone."""
    scheme = scheme_of(text)
    undone = [c.get("reverses") for c in claims]
    rows = rows_of(scheme, [{k: v for k, v in c.items() if k != "reverses"} for c in claims])
    plain = [plain_claim(row) for row in rows]
    return settle_all(scheme, [{**row, "reverses": at} for row, at in zip(plain, undone, strict=True)])


def yuans(**amounts: str) -> dict[str, int]:
    return {name.replace("__", ":"): fen(amount) for name, amount in amounts.items()}


# The person's own account


OVERFLOW = f"""
{BALANCES}
layers:
- {{name: a, rate: 100, caps: [{{amount: 300, per: none, then: more}}]}}
- {{name: own, payer: own, intake: "overflow:more", rate: 50, caps: [{{amount: {{attr: card}}, per: none}}]}}
- {{name: b, intake: "overflow:more", rate: 80}}
"""


def test_of_an_overflow_only_what_the_account_pays_leaves() -> None:
    (result,) = by_reference(OVERFLOW, {"in_scope": 1000, "card": 9000})
    assert result.paid == yuans(a="300", own="0", b="280")
    assert result.parts == yuans(share__b="70", own__own="350")
    assert result.paid_by == yuans(own_account="350", cash="70")


OWN_CAP = f"""
{BALANCES}
layers:
- name: own
  payer: own
  intake: "part:drugs"
  rate: 100
  caps: [{{amount: {{attr: card}}, per: none}}, {{amount: 50, per: year}}]
- {{name: b, intake: "part:drugs", rate: 0}}
"""


def test_a_cap_of_the_own_account_is_no_reason() -> None:
    first, second = by_reference(OWN_CAP, *({"card": 60, "in_scope": 100, "part_drugs": 80} for _ in range(2)))
    assert first.parts == yuans(unclaimed="20", share__b="30", own__own="50")
    assert (first.reason, second.reason) == ("own_account", "rate_zero")


REPAID = f"""
{BALANCES}
layers:
- {{name: own, payer: own, rate: 100, caps: [{{amount: {{attr: card}}, per: none}}]}}
- {{name: b, rate: 0}}
- {{name: relief, intake: {{burden: ["own:own"]}}, rate: 40}}
- {{name: lift, intake: {{burden: ["share:*"]}}, top_up: 50}}
payment_sources: [{{name: card, balance: card}}]
"""


def test_what_a_fund_gives_back_is_not_laid_on_the_account() -> None:
    (result,) = by_reference(REPAID, {"card": 100, "in_scope": 300})
    assert result.paid["relief"] == fen(40)
    # half of 300 less the 40 of the fund: what the account paid is not counted
    assert result.paid["lift"] == fen(110)
    assert result.parts == yuans(share__b="90", own__own="60")
    assert result.paid_by == yuans(card="100", cash="50")


# Payment sources


RIVALS = f"""
{BALANCES}
layers: [{{name: a, prepay: 10, deductible: 100, rate: 50}}]
payment_sources:
- {{name: first, balance: card, when: {{level: {{min: 2}}}}}}
- {{name: second, balance: family, not_for: [out_of_catalogue, prepay]}}
- {{name: third, balance: family, not_for: [out_of_catalogue, "share:*"]}}
"""


def test_a_source_pays_first_what_fewest_later_ones_may() -> None:
    bill = {"in_scope": 1000, "out_of_catalogue": 30}
    # 100 first, 100 deductible, 400 share, 30 outside: outside (none may), prepay (third), share (second), deductible
    (result,) = by_reference(RIVALS, {**bill, "card": 140, "family": 1000})
    assert result.paid_by == yuans(first="140", second="490", third="0", cash="0")
    # without the first, the second pays the share before the deductible, which the third may pay
    (result,) = by_reference(RIVALS, {**bill, "level": 1, "card": 140, "family": 450})
    assert result.paid_by == yuans(first="0", second="450", third="0", cash="180")


def test_one_balance_is_spent_once() -> None:
    (result,) = by_reference(RIVALS, {"in_scope": 1000, "family": 550})
    assert result.paid_by == yuans(first="0", second="500", third="50", cash="50")


def test_sources_pay_where_no_fund_may() -> None:
    (result,) = by_reference(RIVALS, {"in_scope": 1000, "card": 700, "designated": False})
    assert (result.reason, result.paid_by) == (
        "not_designated",
        yuans(first="700", second="0", third="0", cash="300"),
    )


# Rolling days and reversals


ROLLING = """
layers:
- name: a
  deductible: {amount: 100, per: {rolling_days: 10}}
  rate: 100
  caps: [{amount: 500, per: {rolling_days: 10}, pool: both}]
- {name: b, intake: {burden: [over_cap]}, rate: 50, caps: [{amount: 600, per: {rolling_days: 10}, pool: both}]}
"""


def test_a_reversal_takes_the_days_addition_back() -> None:
    rows: list[dict[str, Any]] = [
        {"day": "2023-05-01", "in_scope": 300},
        {"day": "2023-05-01", "in_scope": 100},
        {"day": "2023-05-05", "in_scope": 300, "reverses": 0},
        {"day": "2023-05-10", "in_scope": 600},
        {"day": "2023-05-11", "in_scope": 600},
    ]
    results = by_reference(ROLLING, *rows)
    assert [r.deductible for r in results] == [fen(n) for n in ("100", "0", "-100", "100", "0")]
    # the second keeps its 100 of the day: the 10th sees 400 left, layer b what a took of the same pool: 500 of 600;
    # the 11th sees the 450 of the 10th alone
    assert [r.paid["a"] for r in results] == [fen(n) for n in ("200", "100", "-200", "400", "50")]
    assert [r.paid["b"] for r in results] == [fen(n) for n in ("0", "0", "0", "50", "100")]


# Catching up and alternatives


LESS = """
layers:
- name: a
  deductible: {amount: 50, as: edge}
  bands: [{to: 200, rate: {by: level, 1: 100, 2: 50, 3: 0}}, {rate: 50}]
  band_scope: year
  catch_up: true
  caps: [{amount: 150, per: year, limits: cost, then: more}]
- {name: b, intake: "overflow:more", rate: 0}
"""


def test_catching_up_under_a_cap_on_cost_adds_up() -> None:
    first, second, third = by_reference(LESS, *({"level": n, "in_scope": 140} for n in (3, 1, 2)))
    assert (first.paid["a"], first.parts) == (0, yuans(deductible="50", share__a="90"))
    # room for 10 of 140: at 150 together 100 % of 100 lacks, of which 10 are this claim's
    assert second.paid["a"] == fen(100)
    assert second.parts == yuans(share__b="130", caught_up="-90")
    # no cost is let in; what lacks of the 280 before at level 2, (150 + 80) × 50 % = 115 less 100, is paid all the same
    assert (third.paid["a"], third.parts) == (fen(15), yuans(share__b="140", caught_up="-15"))


CHOICE = """
layers:
- {name: a, intake: "part:drugs", counts_as_admission: {category: inpatient}, rate: 0}
- {name: b, rate: 40, caps: [{amount: 10, per: year}]}
- name: c
  when: {level: 1}
  unit: {tariff: 30, quantity: days, actual: min}
  rate: 100
  caps: [{amount: 60, per: year}]
- choose: {of: [c, b]}
"""


def test_only_the_alternative_taken_moves_anything() -> None:
    claims = [{"level": n, "days": 1, "in_scope": 50} for n in (1, 1, 1, 3)]
    results = by_reference(CHOICE, *claims)
    assert [(r.paid["b"], r.paid["c"]) for r in results] == [(0, fen(30)), (0, fen(30)), (fen(10), 0), (0, 0)]
    assert results[0].parts == yuans(above_tariff="20")
    assert results[2].parts == yuans(share__b="15", over_cap="25")
    assert results[3].reason == "cap_used"
