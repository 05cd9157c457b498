"""Sentences of pensions."""

from __future__ import annotations

STEPS: dict[str, tuple[str, str]] = {
    "indexed_wage": (
        "指数化月平均缴费工资：计发基数 {base_fen} × 指数 {mean_index} = {wage_fen}",
        "indexed wage: base {base_fen} × index {mean_index} = {wage_fen}",
    ),
    "basic_pension": (
        "基础养老金：({base_fen} + {wage_fen}) ÷ 2 × {months} 个月（{years}）× {by_rate} = {amount_fen}",
        "basic: ({base_fen} + {wage_fen}) / 2 × {months} months ({years}) × {by_rate} = {amount_fen}",
    ),
    "account_pension": (
        "个人账户养老金：储存额 {balance_fen} ÷ 计发月数 {payment_tenths} = {amount_fen}",
        "account: balance {balance_fen} / payment months {payment_tenths} = {amount_fen}",
    ),
    "transitional_pension": (
        "过渡性养老金：{wage_fen} × 建账前 {months} 个月 × {by_rate} = {amount_fen}",
        "transitional: {wage_fen} × {months} months before accounts × {by_rate} = {amount_fen}",
    ),
    "one_child": (
        "独生子女补贴：上年平均养老金 {mean_fen} × {by_rate} = {amount_fen}",
        "one-child supplement: mean pension of the year before {mean_fen} × {by_rate} = {amount_fen}",
    ),
    "central_share": (
        "全国统筹支出分担：{total_fen} 中央 {by_rate} 即 {central_fen}，地方 {local_fen}",
        "national pooling: of {total_fen} the centre bears {by_rate}, {central_fen}; the locality {local_fen}",
    ),
    "provisional_paid": (
        "当年数值公布前按上年基数 {base_fen} 预发：{first_month} 起 {months} 个月，首月 {total_fen}；"
        "{settled_month} 按 {final_fen} 重算，补差 {difference_fen}",
        "until the year's figures are known paid on the base {base_fen}: {months} payments from {first_month}, "
        "{total_fen} at first; reckoned again in {settled_month} as {final_fen}, difference {difference_fen}",
    ),
    "months_between": (
        "其间 {first_month} 起 {months} 个月：指数 {further_index}，月基数 {base_fen}，"
        "每月记入账户 {by_rate} 即 {credit_fen}",
        "{months} months from {first_month}: index {further_index}, base {base_fen}, credited {by_rate}, {credit_fen}"
        " a month",
    ),
    "payment_months_other": (
        "{age_months} 的计发月数 {payment_tenths}",
        "payment months at {age_months}: {payment_tenths}",
    ),
    "compare_alike": (
        "对比口径：两种选择用同一计发基数与工资水平；退休后历年调整、账户继承余额均未计",
        "both ways stand on the same base and wages; later yearly rises and inherited balances are left out",
    ),
    "compare_totals": (
        "{early_month} 退休每月 {early_fen}，{normal_month} 退休每月 {normal_fen}：正常退休每月{direction} {more_fen}",
        "retired {early_month}: {early_fen} a month; {normal_month}: {normal_fen}; the normal one is {direction} by"
        " {more_fen}",
    ),
    "overtaken": (
        "正常退休的累计领取在 {overtaken_month}（{age_months}）超过提前退休",
        "in all, the normal pension has paid out more from {overtaken_month} on ({age_months})",
    ),
    "never_overtaken": (
        "正常退休的月养老金不更高，累计永远不会超过提前退休",
        "the normal pension is not higher: it never pays out more in all",
    ),
    "pension_life_table": (
        "一生预期按生命表，自 {age_months} 在世起算，不折现",
        "over life by the life table, alive at {age_months}, nothing discounted",
    ),
}
WARNINGS: dict[str, tuple[str, str]] = {
    "provisional_figure": (
        "{what} {year} 年数值尚不可知，暂按 {used_from_day} 起的数值计发，公布后重算",
        "{what} of {year} is not known yet; paid on the one from {used_from_day}, to be reckoned again",
    ),
    "below_least_months": (
        "累计缴费 {months} 个月，不足最低 {least_months} 个月，不能按月领取；以下仅为公式结果",
        "{months} months are fewer than the least of {least_months}: no monthly pension; the formula's result only",
    ),
    "mean_index_falls": (
        "平均缴费指数由 {before_index} 降为 {after_index}：多缴后{what}反而由 {fewer_fen} 降为 {more_fen}",
        "the mean index falls from {before_index} to {after_index}: with more months the {what} falls from"
        " {fewer_fen} to {more_fen}",
    ),
}
LABELS: dict[str, tuple[str, str]] = {
    "basic": ("基础养老金", "basic"),
    "account": ("个人账户养老金", "account"),
    "transitional": ("过渡性养老金", "transitional"),
    "one_child": ("独生子女补贴", "one-child supplement"),
    "base": ("计发基数", "pension base"),
    "indexed_wage": ("指数化月平均缴费工资", "indexed wage"),
    "payment_months": ("计发月数", "payment months"),
    "first_month": ("首次发放", "first payment"),
    "spending": ("支出分担", "spending"),
    "central": ("中央", "central"),
    "local": ("地方", "local"),
    "provisional": ("预发与重算", "provisional"),
    "pending": ("待公布", "not known yet"),
    "payments": ("预发月数", "payments"),
    "settled": ("重算月份", "reckoned again"),
    "difference": ("补差", "difference"),
    "more": ("多缴后", "with more months"),
    "more_months": ("多缴月数", "more months"),
    "index": ("平均缴费指数", "mean index"),
    "compare": ("对比", "compare"),
    "early": ("提前退休", "early"),
    "age_months": ("退休年龄", "age"),
    "normal": ("正常退休", "normal"),
    "retires": ("退休年月", "retires"),
    "months": ("累计月数", "months"),
    "account_balance": ("账户储存额", "account balance"),
    "months_between": ("间隔月数", "months between"),
    "further_index": ("其间指数", "index between"),
    "further_base": ("其间基数", "base between"),
    "break_even_month": ("累计持平月份", "break-even month"),
    "break_even_age_months": ("累计持平年龄", "break-even age"),
    "expected": ("一生预期", "expected over life"),
    "own_contributions": ("其间个人缴费", "own contributions between"),
    "by_age": ("累计领取", "paid out in all"),
    "by_month": ("逐月累计", "paid out by month"),
    "age": ("满岁", "at age"),
    "ahead": ("领先", "ahead"),
    "by": ("多", "by"),
}
