"""Sentences of the contribution rules."""

from __future__ import annotations

STEPS = {
    "due_by": ("最迟 {due_day} 缴纳", "due by {due_day}"),
    "base_wage": (
        "缴费基数：工资 {wage_fen} 在下限 {floor_fen} 与上限 {cap_fen} 之间，取 {base_fen}",
        "base: the wage {wage_fen} lies between floor {floor_fen} and cap {cap_fen}: {base_fen}",
    ),
    "base_floor": (
        "缴费基数：工资 {wage_fen} 低于下限，取下限 {floor_fen}（上限 {cap_fen}）",
        "base: the wage {wage_fen} is below the floor, so the floor {floor_fen} (cap {cap_fen})",
    ),
    "base_cap": (
        "缴费基数：工资 {wage_fen} 高于上限，取上限 {cap_fen}（下限 {floor_fen}）",
        "base: the wage {wage_fen} is above the cap, so the cap {cap_fen} (floor {floor_fen})",
    ),
    "line_rate": (
        "{scheme}·{payer}：{base_fen} × {line_rate} = {amount_fen}",
        "{scheme}, {payer}: {base_fen} × {line_rate} = {amount_fen}",
    ),
    "remainder_each": ("每笔各自取整：{mode}", "each line rounded on its own: {mode}"),
    "remainder_employer": (
        "合计取整（{mode}），尾差由单位承担",
        "the total rounded ({mode}), the employer bears the remainder",
    ),
    "remainder_person": (
        "合计取整（{mode}），尾差由个人承担",
        "the total rounded ({mode}), the person bears the remainder",
    ),
    "retired_not_levied": (
        "已享受退休待遇，不再征收基本医疗保险费",
        "retired: no longer levied for basic medical insurance",
    ),
    "maternity_employer_only": ("生育保险由单位缴费，个人不缴", "maternity: the employer pays, the employee does not"),
    "maternity_levied_with": (
        "生育保险随单位基本医保一并征收",
        "maternity is levied with the employer's basic medical",
    ),
    "rural_contract_free": (
        "农民合同制工人本人不缴失业保险费；单位缴费工资总额含其工资",
        "a rural contract worker pays no unemployment premium; the employer pays on the wage",
    ),
    "pension_account": (
        "养老保险个人账户记入 {base_fen} × {account_rate} = {amount_fen}",
        "to the pension account {base_fen} × {account_rate} = {amount_fen}",
    ),
    "large_headcount": (
        "{year} 年大额补助以上年12月参保人数为缴费人数",
        "large expense of {year}: on the headcount of December before",
    ),
    "large_entrant": (
        "{entry_month} 新参加：当月一次缴足当年，不分月",
        "entered in {entry_month}: the whole year at once, never divided",
    ),
    "large_moved_inside": (
        "{move_month} 统筹区内调动：责任继续有效，不再缴",
        "moved inside the area in {move_month}: the cover goes on, nothing is due",
    ),
    "large_moved_outside": (
        "{move_month} 自统筹区外调入：当月一次缴足当年",
        "moved in from outside in {move_month}: the whole year at once",
    ),
    "large_unit": (
        "大额补助单位部分：上年平均工资 {wage_fen} × {share_rate} = {amount_fen}",
        "large expense, the unit's part: mean wage of the year before {wage_fen} × {share_rate} = {amount_fen}",
    ),
    "large_own": ("大额补助个人部分：每年 {amount_fen}", "large expense, the person's part: {amount_fen} a year"),
    "large_with_basic": (
        "参加职工基本医保的应同时参加大额补助",
        "who is in the basic scheme is in large expense too",
    ),
    "large_withheld": ("个人部分由单位代扣代缴", "the person's part is withheld by the employer"),
    "large_not_withheld": ("个人部分由本人缴纳", "the person's part is paid by the person"),
    "large_alone": ("灵活就业：两部分均由个人缴纳", "flexible: both parts by the person"),
    "large_not_refunded": (
        "年内调出统筹区或死亡，责任终止，不予退还",
        "on leaving the area or death the cover ends and nothing is refunded",
    ),
    "large_refunded": ("年内调出统筹区或死亡，退还", "refunded on leaving the area or death"),
    "before_tax": ("{payer}缴纳部分在税前扣除", "what the {payer} pays is deducted before tax"),
    "large_deductible": ("大额补助缴费在税前列支", "large-expense contributions are deducted before tax"),
    "large_not_deductible": ("大额补助缴费不在税前列支", "large-expense contributions are not deducted before tax"),
    "resident_premium": ("{year} 年居民医保个人缴费 {amount_fen}", "resident premium of {year}: {amount_fen}"),
    "resident_subsidy": (
        "{year} 年居民医保财政补助（不低于）{amount_fen}",
        "treasury subsidy of {year}, at least: {amount_fen}",
    ),
    "resident_paid_by_treasury": (
        "该身份的个人缴费由财政全额补贴",
        "for this identity the treasury pays the person's part whole",
    ),
    "resident_paid_by_person": ("个人部分由本人缴纳", "the person's part is paid by the person"),
    "critical_illness_from_fund": (
        "居民大病保险资金从居民医保基金划出，不另收费",
        "residents' critical illness is financed from the resident fund; nobody is levied for it",
    ),
}
WARNINGS = {
    "mean_wage_not_known": (
        "适用 {year} 年的上年平均工资尚不可知，沿用自 {used_from_day} 起的一个",
        "the mean wage that governs {year} is not known; the one in use from {used_from_day} is taken",
    ),
    "needs_industry_class": (
        "work_injury（工伤保险）：未给行业类别（--industry-class），未计入",
        "work_injury: no industry class given (--industry-class); left out",
    ),
}
LABELS = {
    "lines": ("缴费明细", "lines"),
    "base": ("基数", "base"),
    "total": ("合计", "total"),
    "total_by_payer": ("合计", "total"),
    "total_yearly": ("按年项目合计", "yearly lines in all"),
    "employer": ("用人单位", "employer"),
    "person": ("个人", "person"),
    "treasury": ("财政", "treasury"),
    "account_credit": ("记入医保个人账户", "credited to the medical account"),
    "pension_account_credit": ("记入养老个人账户", "credited to the pension account"),
    "due_day": ("最迟缴纳日", "to be paid by"),
    "due_month": ("到期月", "due"),
    "scheme": ("险种", "scheme"),
    "payer": ("缴费人", "payer"),
    "period": ("周期", "period"),
    "rate": ("费率", "rate"),
    "sum": ("定额", "sum"),
    "amount": ("金额", "amount"),
    "withheld_by": ("代扣代缴", "withheld by"),
    "tax_deductible": ("税前扣除", "before tax"),
}
