"""The arithmetic of obligations under Hypothesis: parts add up, no fen is lost, the surcharge rises and is capped."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tongchou.law.constants import RATE_SCALE
from tongchou.law.days import month_of, ordinal
from tongchou.rules.obligations.base_change import account_part, band_of, index_part, raise_rate, signed
from tongchou.rules.obligations.custodial import filing_holds
from tongchou.rules.obligations.instalments import Plan, matched, months_later, parts_of
from tongchou.rules.obligations.low_tier import lowered
from tongchou.rules.obligations.surcharge import days_late, surcharge_of

FEN = st.integers(0, 10**14)
DAY = st.integers(ordinal("2000-01-01"), ordinal("2040-12-31"))
PAYMENTS = st.lists(st.tuples(DAY, st.integers(0, 10**9)), max_size=8)
PARTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=8)


@given(FEN, st.integers(1, 40), st.booleans())
def test_J05_parts_add_up_and_only_one_differs(total: int, count: int, on_last: bool) -> None:
    parts = parts_of(total, count, on_last)
    assert (len(parts), sum(parts)) == (count, total)
    assert len(set(parts[:-1] if on_last else parts[1:])) <= 1
    assert 0 <= parts[-1 if on_last else 0] - parts[0 if on_last else -1] < count


@given(DAY, st.integers(0, 120))
def test_J05_a_later_month_keeps_the_day_or_takes_the_last(day: int, months: int) -> None:
    later = months_later(day, months)
    assert month_of(later) == month_of(day) + months
    kept = later - day
    assert month_of(later + 1) == month_of(later) + 1 or months_later(later, 0) == later
    assert kept >= 0 if months == 0 else kept > 0
    if months % 12 == 0 and months_later(day, 0) == day:
        short = month_of(later + 1) != month_of(later)
        assert short or day_in_month(later) == day_in_month(day)


def day_in_month(day: int) -> int:
    first = day
    while month_of(first - 1) == month_of(day):
        first -= 1
    return day - first + 1


@given(PARTS, PAYMENTS)
def test_J05_matching_never_loses_a_fen(parts: list[int], payments: list[tuple[int, int]]) -> None:
    matches, surplus = matched(parts, payments)
    assert sum(fen for _, _, fen in matches) + surplus == sum(fen for _, fen in payments)
    assert surplus == max(sum(fen for _, fen in payments) - sum(parts), 0)
    taken = [sum(fen for _, i, fen in matches if i == n) for n in range(len(parts))]
    assert all(t <= p for t, p in zip(taken, parts, strict=True))
    for n in range(1, len(parts)):
        assert not taken[n] or taken[n - 1] == parts[n - 1], "the oldest first"
    for day in {d for d, _ in payments}:
        given_then = sum(fen for d, fen in payments if d == day)
        assert sum(fen for d, _, fen in matches if d == day) <= given_then
    assert [d for d, _, _ in matches] == sorted(d for d, _, _ in matches)


@given(PARTS, PAYMENTS, DAY, DAY)
def test_J05_a_plan_keeps_its_sums_and_default_means_overdue(
    parts: list[int], payments: list[tuple[int, int]], first: int, seen: int
) -> None:
    dues = [months_later(first, 12 * i) for i in range(len(parts))]
    plan = Plan(parts, dues, payments, seen)
    assert sum(plan.paid) + sum(plan.open) == sum(parts)
    assert sum(plan.paid) + plan.surplus + plan.later == sum(fen for _, fen in payments)
    due = sum(p for p, d in zip(parts, dues, strict=True) if d < seen)
    assert plan.overdue == max(due - sum(plan.paid), 0), "what is due less what is paid, oldest first"
    assert (plan.first_unpaid is None) is (sum(plan.open) == 0)
    if plan.overdue:
        assert plan.first_unpaid is not None
        assert plan.first_unpaid < seen
    more = Plan(parts, dues, [*payments, (seen, 1)], seen)
    assert more.overdue in (plan.overdue, plan.overdue - 1)


@given(FEN, st.integers(0, 10**6), st.integers(0, 20_000), st.integers(0, RATE_SCALE))
def test_surcharge_is_exact_rises_by_day_and_is_capped(principal: int, rate: int, days: int, most: int) -> None:
    got = surcharge_of(principal, rate, days, most)
    exact = Fraction(principal) * min(rate * days, most) / RATE_SCALE
    assert got == int(exact + Fraction(1, 2))
    assert got <= surcharge_of(principal, rate, days + 1, most) <= principal
    assert got <= surcharge_of(principal + 1, rate, days, most)
    # every product stays in int64
    k = min(rate * days, most)
    assert max(principal // RATE_SCALE * k, principal % RATE_SCALE * k + RATE_SCALE // 2) < 2**63


@given(DAY, st.integers(1, 31), DAY)
def test_days_late_begin_after_the_due_day(due: int, first: int, paid: int) -> None:
    days = days_late(due, first, paid)
    assert days == len(range(due + first, paid + 1))


@given(st.integers(0, RATE_SCALE), st.integers(0, RATE_SCALE))
def test_J07_a_lowered_rate_is_the_share_of_it(rate: int, share: int) -> None:
    exact = Fraction(rate * share, RATE_SCALE)
    assert abs(lowered(rate, share) - exact) <= Fraction(1, 2)
    assert lowered(rate, share) <= rate
    assert lowered(rate, RATE_SCALE) == rate


@given(st.none() | DAY, st.none() | DAY, DAY)
def test_R14_a_filing_holds_from_its_day_until_it_is_revoked(filed: int | None, revoked: int | None, day: int) -> None:
    until = revoked if revoked is not None else day + 1
    assert filing_holds(filed, revoked, day) is (filed is not None and day in range(filed, until))


@given(st.integers(0, 10**7), st.integers(-(10**7), 10**7), st.integers(1, 10**8), st.integers(1, 1200))
def test_K09_index_part_is_the_formula_rounded_once(base: int, change: int, mean: int, months: int) -> None:
    exact = base * (Fraction(change) / Fraction(mean, 12)) / 2 * Fraction(months, 12) / 100
    got = index_part(base, change, mean, months, RATE_SCALE // 100)
    assert abs(got - exact) <= Fraction(1, 2)
    assert index_part(base, -change, mean, months, RATE_SCALE // 100) == -got
    assert got <= index_part(base, change + 1, mean, months, RATE_SCALE // 100)


@given(st.integers(-(10**8), 10**8), st.integers(1, 1200), st.integers(1, 300))
def test_K09_account_part_and_its_sign(credit: int, months: int, payment: int) -> None:
    got = account_part(credit, months, payment)
    assert abs(got - Fraction(credit * months, payment)) <= Fraction(1, 2)
    assert account_part(-credit, months, payment) == -got
    assert signed(0, payment) == 0


@given(st.integers(1, 10**8), st.integers(0, 10**8))
def test_K09_the_band_follows_the_exact_raise(old: int, new: int) -> None:
    low, base, high = (RATE_SCALE * p // 100 for p in (3, 6, 9))
    rise = Fraction(new - old, old)
    band = band_of(old, new, low, base, high)
    bounds = {
        "falls": rise < 0,
        "below_low": 0 <= rise < Fraction(3, 100),
        "low_to_base": Fraction(3, 100) <= rise <= Fraction(6, 100),
        "base_to_high": Fraction(6, 100) < rise <= Fraction(9, 100),
        "above_high": rise > Fraction(9, 100),
    }
    assert [name for name, holds in bounds.items() if holds] == [band]
    assert abs(Fraction(raise_rate(old, new), RATE_SCALE) - rise) <= Fraction(1, 20_000)
