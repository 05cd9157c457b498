"""Sentences of the personal account."""

from __future__ import annotations

STEPS: dict[str, tuple[str, str]] = {
    "credit_none": ("{kind}不设个人账户", "{kind}: no personal account"),
    "credit_own": (
        "个人账户记入本人缴费 {own_fen} 的 {own_rate} = {amount_fen}",
        "to the account: {own_rate} of the own contribution {own_fen} = {amount_fen}",
    ),
    "credit_own_and_unit": (
        "个人账户记入本人缴费 {own_fen} 的 {own_rate} 加单位缴费 {unit_fen} 的 {unit_rate} = {amount_fen}",
        "to the account: {own_rate} of the own contribution {own_fen} and {unit_rate} of the unit's {unit_fen}"
        " = {amount_fen}",
    ),
    "credit_fixed": ("退休人员每月定额 {amount_fen}", "retirees: a fixed {amount_fen} a month"),
    "credit_of_pension": (
        "退休人员按本人养老金 {pension_fen} 的 {share_rate} 记入 {amount_fen}",
        "retirees: {share_rate} of the own pension {pension_fen} = {amount_fen}",
    ),
    "account_opened": ("{opened_month} 首次划入时建户", "opened by the first credit in {opened_month}"),
    "account_interest": (
        "计息：上年结转年利率 {carried_rate}，当年存入 {current_rate}，共 {amount_fen}",
        "interest: {carried_rate} a year on what was carried over, {current_rate} on this year's credits: {amount_fen}",
    ),
    "credit_no_lump_sum": (
        "一次性补缴 {paid_fen}：不补划个人账户",
        "lump sum of {paid_fen} for missing years: nothing is credited",
    ),
}
WARNINGS: dict[str, tuple[str, str]] = {
    "needs_pension": (
        "个人账户按本人养老金划入，未给养老金（--pension），未计",
        "the credit is a share of the own pension, which was not given (--pension); left out",
    ),
}
LABELS: dict[str, tuple[str, str]] = {
    "credit": ("每月划入", "credit of a month"),
    "credit_a_year": ("照此每年划入", "at that credit a year"),
    "lump_sum_credit": ("一次性补缴划入", "credited of the lump sum"),
    "opened": ("建户月份", "opened"),
    "credited": ("划入合计", "credited"),
    "spent": ("支出", "spent"),
    "interest": ("利息", "interest"),
    "balance": ("余额", "balance"),
    "unmet": ("余额不足部分", "not covered by the balance"),
    "years": ("逐年", "year by year"),
    "calendar_year": ("年度", "year"),
}
