"""Sentences of one-off contributions, instalments, surcharges, the low tier, advances and changed bases."""

from __future__ import annotations

STEPS: dict[str, tuple[str, str]] = {
    "one_off_due": (
        "{standing}、{origin}；按{reading}须一次性缴费，决定因素：{decided}",
        "{standing}, {origin}; by the {reading} reading the one-off is due, decided by {decided}",
    ),
    "one_off_free": (
        "{standing}、{origin}；按{reading}不属须缴类别（因素剔除法），直接参保",
        "{standing}, {origin}; by the {reading} reading outside the class that owes: no one-off",
    ),
    "one_off_amount": (
        "{retirees} 名退休人员 × {each_fen} = {amount_fen}",
        "{retirees} retirees × {each_fen} = {amount_fen}",
    ),
    "instalments": (
        "分 {parts} 期，每隔 {step_months} 个月：首期 {first_day} {each_fen}，末期 {last_day} {last_fen}",
        "{parts} parts, {step_months} months apart: {each_fen} on {first_day} to {last_fen} on {last_day}",
    ),
    "days_late": (
        "到期日 {due_day}，次日起算至缴纳日 {paid_day}：{days} 天",
        "due {due_day}; from the day after to the day of payment {paid_day}: {days} days",
    ),
    "surcharge": (
        "滞纳金 {principal_fen} × {day_rate} × {days} 天 = {amount_fen}（最多为本金的 {most_rate}）",
        "surcharge {principal_fen} × {day_rate} × {days} days = {amount_fen} (at most {most_rate} of the principal)",
    ),
    "surcharge_capped": (
        "滞纳金 {principal_fen} × {day_rate} × {days} 天，以本金的 {most_rate} 为限：{amount_fen}",
        "surcharge {principal_fen} × {day_rate} × {days} days, held to {most_rate} of the principal: {amount_fen}",
    ),
    "surcharge_payer": ("滞纳金由{payer}承担，不向个人收取", "borne by the {payer}, never asked of a person"),
    "low_tier": (
        "低缴低保：正常费率的 {share_rate}，单位 {employer_rate}，个人 {person_rate}；待遇按同一比例降低",
        "low tier: {share_rate} of the normal rates, employer {employer_rate}, person {person_rate}; "
        "the benefit is lowered by the same share",
    ),
    "self_unit_pays": (
        "单位状况：{standing}，{unit}：由单位缴纳并代扣，退休人员不必自行缴费",
        "standing {standing}, the unit {unit}: the unit pays and withholds",
    ),
    "self_nothing_asked": (
        "单位状况：{standing}，{unit}，未自愿备案：不向退休人员征收",
        "standing {standing}, the unit {unit}, no voluntary filing: nothing is asked of the retiree",
    ),
    "self_pays_alone": (
        "单位状况：{standing}，{unit}，已自愿备案：两部分均由退休人员缴纳",
        "standing {standing}, the unit {unit}, filed voluntarily: the retiree pays both shares",
    ),
    "custodial_enrolled": (
        "单位不存在：退休人员在托管单位下逐人参加基本医保",
        "no unit: enrolled in basic insurance under a custodial unit",
    ),
    "custodial_not_enrolled": (
        "单位不存在：备案后才可在托管单位下参保",
        "no unit: enrolment under a custodial unit follows a filing",
    ),
    "advance_claim": (
        "垫缴的单位部分 {amount_fen} 记为对单位的债权",
        "the advance of {amount_fen} is recorded as a claim on the unit",
    ),
    "advance_no_claim": (
        "单位不存在：单位部分 {amount_fen} 由本人承担，无可追偿",
        "no unit to claim from: {amount_fen} stays with the retiree",
    ),
    "base_changed": (
        "缴费基数由 {before_fen} 变为 {after_fen}：{change_fen}",
        "the base changes from {before_fen} to {after_fen}: {change_fen}",
    ),
    "index_part": (
        "基础养老金：计发基数 {base_fen}，{months} 个月指数变化 {change_fen} ÷ {wage_fen}：{amount_fen}",
        "basic part: base {base_fen}, {months} months with an index of {change_fen} / {wage_fen}: {amount_fen}",
    ),
    "account_part": (
        "个人账户养老金：每月 {credit_fen} × {months} 个月 ÷ 计发月数 {payment} = {amount_fen}",
        "account part: {credit_fen} a month × {months} months / {payment} = {amount_fen}",
    ),
    "guideline": (
        "{year} 年工资指导线 {low_rate}／{guide_rate}／{high_rate}；本次增幅 {raise_rate}：{band}",
        "guideline of {year} {low_rate} / {guide_rate} / {high_rate}; this raise {raise_rate}: {band}",
    ),
    "price_level": (
        "{trade}工资价位每年 {level_fen}；新工资每年 {year_fen}，相差 {difference_fen}",
        "price level of {trade} {level_fen} a year; the new wage {year_fen}, a difference of {difference_fen}",
    ),
}
WARNINGS: dict[str, tuple[str, str]] = {
    "paid_after_seen": (
        "{seen_day} 之后的缴款 {amount_fen} 尚未计入",
        "payments of {amount_fen} after {seen_day} are not counted yet",
    ),
    "surplus": (
        "多缴 {amount_fen}：无可抵的应缴，列为余款",
        "{amount_fen} more than is owed: kept as a surplus, matched to nothing",
    ),
    "no_unit_to_pay": (
        "单位不存在，但该统筹区当日不许退休人员自行缴费：无人可征",
        "the unit is extinct and the law of the day lets no retiree pay alone: nobody can be asked",
    ),
    "pension_as_today": (
        "按当月计发基数和现行规则测算，不计账户利息；退休时按当年数值",
        "reckoned at the pension base of the month asked, without account interest; "
        "what is paid follows the figures of the year of retirement",
    ),
}
LABELS: dict[str, tuple[str, str]] = {
    "one_off_due": ("须一次性缴费", "one-off due"),
    "decided_by": ("决定因素", "decided by"),
    "retirees": ("退休人数", "retirees"),
    "each": ("每人", "each"),
    "seen": ("查看日期", "seen on"),
    "paid_amount": ("已缴", "paid"),
    "open_amount": ("未缴", "open"),
    "overdue_amount": ("逾期", "overdue"),
    "default": ("违约", "in default"),
    "first_unpaid_due": ("最早未缴到期日", "oldest unpaid due date"),
    "surplus": ("余款", "surplus"),
    "not_yet_paid": ("查看日期后的缴款", "paid after that day"),
    "parts": ("分期", "parts"),
    "part": ("期", "part"),
    "state": ("状态", "state"),
    "payments": ("缴款抵扣（先到期先抵）", "payments matched, oldest first"),
    "paid_on": ("缴纳日期", "paid on"),
    "principal": ("欠缴本金", "principal"),
    "days": ("逾期天数", "days late"),
    "surcharge": ("滞纳金", "surcharge"),
    "capped": ("已达上限", "at the most"),
    "year": ("年度", "year"),
    "decided_on": ("认定日期", "decided on"),
    "filed": ("已自愿备案", "filed"),
    "way": ("方式", "way"),
    "claim_on_unit": ("对单位的债权", "claim on the unit"),
    "asked_of_person": ("向退休人员收取", "asked of the retiree"),
    "basic_by": ("基本医保依据", "basic insurance by"),
    "gives": ("缴清后享受", "gives once paid"),
    "shares": ("各部分", "shares"),
    "share": ("部分", "share"),
    "contribution_month": ("所属月份", "month"),
    "base_before": ("原缴费基数", "base before"),
    "base_after": ("新缴费基数", "base after"),
    "months_changed": ("月数", "months"),
    "pension_added": ("月养老金增加", "added to the monthly pension"),
    "added_index": ("基础养老金部分", "basic part"),
    "added_total": ("合计", "in all"),
    "added_account": ("个人账户部分", "account part"),
    "pension_base": ("养老金计发基数（元/月）", "pension base a month"),
    "mean_wage": ("上年平均工资（元/年）", "mean wage a year"),
    "payment_months": ("计发月数", "payment months"),
    "contributions": ("月缴费", "monthly contributions"),
    "by_payer": ("按缴费人", "by payer"),
    "credits": ("记入个人账户（月）", "credited to accounts a month"),
    "account": ("账户", "account"),
    "before": ("原", "before"),
    "after": ("新", "after"),
    "change": ("变化", "change"),
    "guideline": ("工资指导线", "wage guideline"),
    "raise": ("本次增幅", "this raise"),
    "band": ("所在区间", "band"),
    "low_line": ("下线", "low line"),
    "base_line": ("基准线", "base line"),
    "high_line": ("上线", "high line"),
    "price_level": ("行业工资价位（元/年）", "price level of the trade, a year"),
    "wage_year": ("新工资（元/年）", "the new wage, a year"),
    "above_level": ("不低于价位", "not below the level"),
}
