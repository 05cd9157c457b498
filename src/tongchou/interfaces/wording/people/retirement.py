"""Sentences of the retirement rules."""

from __future__ import annotations

STEPS: dict[str, tuple[str, str]] = {
    "original_age": ("{group}原法定退休年龄 {age_months}", "original retirement age of {group}: {age_months}"),
    "delay": (
        "每 {step_months} 个月出生月份延迟 1 个月，最多 {most_months} 个月：延迟 {delay_months} 个月",
        "one month later for every {step_months} months of birth, at most {most_months}: {delay_months} months",
    ),
    "statutory_month": (
        "法定退休年龄 {age_months}，{statutory_month} 达到",
        "statutory age {age_months}, reached in {statutory_month}",
    ),
    "harmful_age": (
        "特殊工种提前退休年龄 {age_months}，{early_month} 达到",
        "early age after harmful work {age_months}, reached in {early_month}",
    ),
    "harmful_years": (
        "{work}须累计满 {needed_years} 年，已有 {years} 年",
        "{work}: {needed_years} years in the work needed, {years} given",
    ),
    "harmful_service": (
        "连续工龄须满 {needed_years} 年，已有 {years} 年",
        "continuous service: {needed_years} years needed, {years} given",
    ),
    "least_months_early": (
        "提前退休当年最低缴费 {least_months} 个月，已缴 {paid_months} 个月",
        "least months paid in the year of early retirement: {least_months}; paid {paid_months}",
    ),
    "elastic_late": (
        "与单位协商一致可延迟最多 {most_months} 个月，至 {latest_month}",
        "by agreement with the unit up to {most_months} months later, until {latest_month}",
    ),
    "elastic_early": (
        "自愿提前最多 {most_months} 个月且不早于原法定退休月份：最早 {earliest_month}",
        "by choice {most_months} months earlier, not before the original: {earliest_month}",
    ),
    "elastic_none": (
        "{statutory_month} 即原法定退休月份，不能再提前",
        "{statutory_month} is the original month: no earlier choice",
    ),
    "least_months": (
        "{earliest_month} 所在年份最低缴费 {least_months} 个月",
        "least contribution months in the year of {earliest_month}: {least_months}",
    ),
    "granted_early": (
        "已核准 {retires_month} 提前退休，视为已到退休年龄",
        "early retirement granted for {retires_month}: of age from then",
    ),
    "counted_months": (
        "计入 {counted} 个月：实缴 {paid}、转入 {transferred}、视同 {deemed}，重叠只计一次",
        "{counted} months: {paid} paid, {transferred} transferred, {deemed} deemed; each once",
    ),
    "least_paid_none": ("不设最低实际缴费月数", "no least number of months really paid"),
    "least_paid_months": (
        "实际缴费至少 {least} 个月，已有 {paid} 个月",
        "at least {least} months really paid; {paid} are",
    ),
    "required_months": (
        "规定 {required} 个月，已计 {counted} 个月，差 {missing} 个月",
        "{required} months required, {counted} counted: {missing} lack",
    ),
    "years_complete": (
        "年限已满，自 {entitled_day} 起享受退休待遇，无须再缴",
        "the years are complete: retiree benefits from {entitled_day}, nothing to pay",
    ),
    "lump_base_floor": ("补缴基数取当地缴费基数下限 {floor_fen}", "base: the area's floor {floor_fen}"),
    "lump_base_given": (
        "补缴基数 {base_fen}，在下限 {floor_fen} 与上限 {cap_fen} 之间",
        "base {base_fen}, between floor {floor_fen} and cap {cap_fen}",
    ),
    "lump_rate_employer": ("{rate}：按单位费率 {lump_rate}", "{rate}: the employer's rate {lump_rate}"),
    "lump_rate_flexible_pooled": ("{rate}：按单建统筹费率 {lump_rate}", "{rate}: the pooled-only rate {lump_rate}"),
    "lump_rate_flexible_combined_less_person": (
        "{rate}：统账结合费率扣减职工个人费率 {lump_rate}",
        "{rate}: the combined rate less the employee's: {lump_rate}",
    ),
    "lump_sum": (
        "一次性补缴：{base_fen} × {lump_rate} × {months} 个月 = {amount_fen}",
        "lump sum: {base_fen} × {lump_rate} × {months} months = {amount_fen}",
    ),
    "lump_no_large_expense": ("一次性补缴不补缴大病保险费", "with the lump sum no large expense is made up"),
    "lump_no_account_credit": ("一次性补缴不补划个人账户", "with the lump sum nothing is credited to the account"),
    "going_on": (
        "续缴：{base_fen} × {combined_rate} = 每月 {amount_fen}",
        "going on: {base_fen} × {combined_rate} = {amount_fen} a month",
    ),
    "going_on_until": (
        "缴 {months} 个月至 {until_month}，按现行费率共 {amount_fen}，{entitled_day} 起退休",
        "{months} months until {until_month}: {amount_fen} today; retiree from {entitled_day}",
    ),
    "going_on_credit": (
        "续缴期间每月划入个人账户 {amount_fen}（个人费率 {own_rate}）",
        "meanwhile {amount_fen} a month go to the account (own rate {own_rate})",
    ),
    "expected_credit": (
        "退休后个人账户每月 {amount_fen}",
        "as a retiree {amount_fen} a month go to the account",
    ),
    "life_table": (
        "按生命表，自 {age_months} 起各月以生存概率加权",
        "by the life table: months from {age_months} on, weighted with survival",
    ),
    "life_table_covers": (
        "只计个人账户划入和缴费，不计报销待遇差别",
        "account credits and payments only, not what care would be paid",
    ),
    "arrears_basic": (
        "基本医保欠费 {count} 个月：本人 {own_fen}、单位 {unit_fen}",
        "basic contributions of {count} unpaid months: own {own_fen}, unit {unit_fen}",
    ),
    "arrears_large_expense": (
        "大额补助欠费 {count} 年：本人 {own_fen}、单位 {unit_fen}",
        "large expense of {count} unpaid years: own {own_fen}, unit {unit_fen}",
    ),
    "claim_on_unit": (
        "个人代缴的单位部分 {claim_fen} 成为对单位的债权",
        "the unit's share {claim_fen}, paid by the person, becomes a claim on the unit",
    ),
    "paid_by_unit": ("由单位补缴，不产生对单位的债权", "paid by the unit: no claim on it"),
    "surcharge_stays": (
        "滞纳金 {surcharge_fen} 由单位承担，不向个人收取",
        "the surcharge {surcharge_fen} stays with the unit, never the person's",
    ),
    "windows": (
        "{from_month} 至 {to_month} 暂停期间的费用补报：基本与大额同时",
        "suspended {from_month} to {to_month}: claims made up, both layers together",
    ),
    "large_expense_yearly": (
        "大额补助与基本医保同时参加，每年照缴：本人 {own_fen}、单位 {unit_fen}",
        "large expense goes with basic: own {own_fen}, unit's {unit_fen} a year",
    ),
    "large_expense_both": (
        "退休后缴足两份才有大额待遇；续缴期间两份均由个人缴",
        "a retiree without both has no such layer; who goes on pays both",
    ),
    "large_expense_voluntary": (
        "单位无人管理的，自愿备案后可自缴并垫缴单位部分",
        "nobody manages the unit: who files may pay both, the unit's as an advance",
    ),
}
WARNINGS: dict[str, tuple[str, str]] = {
    "service_unchecked": (
        "连续工龄未给出，从事特殊工种 {years} 年不足以证明满 {needed_years} 年，未核对（--service-years）",
        "continuous service was not given and {years} years in the work do not prove {needed_years}; "
        "not checked (--service-years)",
    ),
    "months_paid_unchecked": (
        "缴费月数未给出，未核对是否满 {least_months} 个月（--months-paid）",
        "months paid were not given; whether they reach {least_months} was not checked (--months-paid)",
    ),
    "pooled_account_unclear": (
        "单建统筹人员退休后是否有个人账户未编码，按一般退休人员计",
        "whether a retiree from pooled-only insurance has an account is not encoded; taken as any retiree",
    ),
    "large_expense_taken_as_paid": (
        "{year} 年大额补助在 {due_month} 到期、不在欠费月份内，视为已缴（否则用 --unpaid-years）",
        "large expense of {year} fell due in {due_month}, which is not named as unpaid: taken as paid "
        "(else --unpaid-years)",
    ),
}
LABELS = {
    "age_months": ("法定退休年龄", "statutory age"),
    "delay_months": ("延迟月数", "months of delay"),
    "month": ("退休月份", "month of retirement"),
    "early": ("特殊工种提前退休", "early retirement after harmful work"),
    "elastic": ("弹性退休", "elastic choice"),
    "eligible": ("符合条件", "eligible"),
    "reason": ("理由", "reason"),
    "earliest": ("最早", "earliest"),
    "latest": ("最晚", "latest"),
    "least_months": ("最低缴费月数", "least months paid"),
    "counted_months": ("计入月数", "months counted"),
    "counted": ("其中", "of which"),
    "paid": ("实缴", "paid"),
    "transferred": ("转入", "transferred"),
    "deemed": ("视同", "deemed"),
    "required_months": ("规定月数", "months required"),
    "missing_months": ("所差月数", "months that lack"),
    "missing_years": ("所差年数", "years that lack"),
    "entitled_from": ("享受待遇起始日", "entitled from"),
    "lump_sum": ("一次性补缴", "lump sum"),
    "continue": ("续缴", "going on"),
    "base": ("基数", "base"),
    "rate": ("费率", "rate"),
    "amount": ("金额", "amount"),
    "monthly": ("每月", "a month"),
    "until": ("缴至", "until"),
    "total": ("合计", "total"),
    "large_expense": ("大额补助", "large expense"),
    "account_credit": ("个人账户划入", "credit to the account"),
    "account_credits": ("补缴期间个人账户划入", "account credits"),
    "expected": ("按生命表预期", "expected by the life table"),
    "retired_months": ("退休月数", "months as a retiree"),
    "cost": ("缴费", "cost"),
    "large_expense_yearly": ("退休后每年大额补助", "large expense a year as a retiree"),
    "pay_one_retire_one": ("补一退一", "pay one, retire one"),
    "own": ("本人部分", "own share"),
    "unit": ("单位部分", "unit's share"),
    "to_pay": ("应补缴", "to pay"),
    "paid_by": ("补缴人", "paid by"),
    "claim_on_unit": ("对单位的债权", "claim on the unit"),
    "surcharge_of_unit": ("滞纳金（单位承担）", "surcharge (the unit's)"),
    "retired_from": ("转为退休", "retired from"),
    "unpaid_months": ("欠费月份", "unpaid months"),
    "unpaid_years": ("欠缴大额补助的年份", "unpaid years of large expense"),
    "unpaid_month": ("月份", "month"),
    "unpaid_year": ("年份", "year"),
    "make_up": ("补报期间", "months to be made up"),
    "from": ("自", "from"),
    "to": ("至", "to"),
    "layers": ("待遇", "layers"),
}
