"""The means test of rural minimum allowance (P03): household income a head against the line of the year.

The state-set resident basic pension is left out of income on the days on which the law says so (yn2017 二(一)3).
"""

from __future__ import annotations

from tongchou.money import format_fen
from tongchou.money.lanes import half_up

from ..reckoning import FactRefused, Reckoning


class Means:
    """Result of a means test; fen a year."""

    __slots__ = ("counted", "line", "pension_counted", "per_head", "per_head_all", "per_head_less", "qualifies")

    def __init__(self, income: int, pension: int, persons: int, pension_counted: bool, line: int) -> None:
        self.pension_counted, self.line = pension_counted, line
        self.counted = counted_income(income, pension, pension_counted)
        self.qualifies = qualifies(self.counted, persons, line)
        self.per_head = half_up(self.counted, persons)
        self.per_head_all, self.per_head_less = half_up(income, persons), half_up(income - pension, persons)


def counted_income(income: int, pension: int, pension_counted: bool) -> int:
    """Household income that counts; ``income`` holds the basic pension."""
    return income if pension_counted else income - pension


def qualifies(counted: int, persons: int, line: int) -> bool:
    """Whether the income a head lies below the line; compared whole, so that no rounding decides."""
    return counted < line * persons


def means_test(law: Reckoning, income: int, pension: int, persons: int, day: int) -> Means:
    """The test of a household: income of a year in fen with all basic pensions, these alone, heads.

    Raises FactRefused: ``out_of_range``, ``part_above_whole``; NoRule where line or rule is not encoded for the day.
    """
    if persons < 1:
        raise FactRefused("out_of_range", "persons", str(persons), "1 or more", "至少1人")
    if pension > income:
        limit = format_fen(income)
        raise FactRefused(
            "part_above_whole",
            "basic_pension",
            format_fen(pension),
            f"not above the income {limit}",
            f"不大于收入 {limit}",
        )
    rule = law.figure("welfare.basic_pension_counted", day)
    line = law.figure("welfare.allowance_line", day)
    found = Means(income, pension, persons, rule.true, line.value)
    code = "pension_counted" if rule.true else "pension_left_out"
    law.say(code, rule, amount=found.counted, income_fen=income, pension_fen=pension, counted_fen=found.counted)
    law.say("income_per_head", rule, amount=found.per_head, persons=persons, per_head_fen=found.per_head)
    below = "below_line" if found.qualifies else "not_below_line"
    law.say(below, line, amount=line.value, per_head_fen=found.per_head, line_fen=line.value)
    return found
