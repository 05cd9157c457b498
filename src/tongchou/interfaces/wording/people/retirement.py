"""Sentences of the retirement rules."""

from __future__ import annotations

STEPS = {
    "original_age": ("{group}原法定退休年龄 {age_months}", "original retirement age of {group}: {age_months}"),
    "delay": (
        "每 {step_months} 个月出生月份延迟 1 个月，最多 {most_months} 个月：延迟 {delay_months} 个月",
        "one month later for every {step_months} months of birth, at most {most_months}: {delay_months} months",
    ),
    "statutory_month": (
        "法定退休年龄 {age_months}，{statutory_month} 达到",
        "statutory age {age_months}, reached in {statutory_month}",
    ),
}
WARNINGS: dict[str, tuple[str, str]] = {}
LABELS = {
    "age_months": ("法定退休年龄（月）", "statutory age in months"),
    "delay_months": ("延迟月数", "months of delay"),
    "month": ("退休月份", "month of retirement"),
    "early": ("特殊工种提前退休", "early retirement after harmful work"),
}
