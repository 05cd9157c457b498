"""Sentences of entitlement."""

from __future__ import annotations

STEPS: dict[str, tuple[str, str]] = {
    "ent_by_month": (
        "基本医保：{period_month} 已缴，当月享受",
        "basic: {period_month} is paid and gives its own month",
    ),
    "ent_by_grace": (
        "基本医保：{asked_month} 未缴，至 {until_day}（含当日）不停；凭 {period_month} 的缴费享受",
        "basic: {asked_month} is not paid, not suspended through {until_day}; covered by the payment of {period_month}",
    ),
    "ent_by_carry": (
        "基本医保：换单位不间断；凭 {period_month} 的缴费享受至 {until_day}（含当日）",
        "basic: a change of unit costs no day; covered by the payment of {period_month} through {until_day}",
    ),
    "ent_gap_made_up": (
        "基本医保：中断不超过 {months} 个月且已补缴，中断期间可追溯",
        "basic: a gap of at most {months} months, made up: covered back",
    ),
    "ent_by_grant": (
        "基本医保：{granted_day} 核定退休待遇，自当月起享受，不受单位欠费影响",
        "basic: by the grant of {granted_day}, from its month, whatever the unit owes",
    ),
    "ent_by_confirmation": (
        "基本医保：单位经确认无缴费能力，自 {confirmed_day} 起享受",
        "basic: the unit was confirmed unable to pay; covered from {confirmed_day}",
    ),
    "ent_by_custodial": (
        "基本医保：在托管单位参保，自 {confirmed_day} 起享受",
        "basic: enrolled under a custodial unit; covered from {confirmed_day}",
    ),
    "ent_arrears": (
        "基本医保：{unpaid_month} 欠费，自 {suspended_day} 起暂停；补缴后一并补报",
        "basic: {unpaid_month} is unpaid, suspended from {suspended_day}; made up when it is paid",
    ),
    "ent_waiting": (
        "基本医保：中断未补缴，等待期 {months} 个月，{would_begin_day} 起享受",
        "basic: a gap not made up; a wait of {months} months, entitled from {would_begin_day}",
    ),
    "ent_waiting_cut_off": (
        "基本医保：中断未补缴，等待期 {months} 个月；本段参保在享受开始前已结束",
        "basic: a gap not made up; a wait of {months} months, and this enrolment ended before cover began",
    ),
    "ent_not_paid": (
        "基本医保：自参保起尚未缴费，应缴 {unpaid_month}",
        "basic: nothing paid since enrolment; {unpaid_month} is owed",
    ),
    "ent_gap_open": (
        "基本医保：中断不超过 {months} 个月，补缴后可追溯",
        "basic: a gap of at most {months} months; made up, it is covered back",
    ),
    "ent_gap_too_long": (
        "基本医保：中断超过可补缴的月数，补缴不能追溯",
        "basic: the gap is longer than may be made up",
    ),
    "ent_not_enrolled": ("基本医保：该月未参保", "basic: not enrolled in this month"),
    "ent_one_scheme": (
        "同日只享受一种医保：享受{holds}",
        "one scheme a day: {holds} holds",
    ),
    "ent_large": (
        "大额补助：{year} 年单位和个人部分均已缴",
        "large expense: both shares of {year} are paid",
    ),
    "ent_large_unpaid": (
        "大额补助：{year} 年{share}未缴，无此层待遇；补缴后补报",
        "large expense: {share} of {year} not paid, so no layer; made up when paid",
    ),
    "ent_large_with_basic": (
        "大额补助：随基本医保同步暂停",
        "large expense: suspended in step with basic",
    ),
    "ent_resident": (
        "居民医保：{year} 年保费于 {paid_day} 缴纳，自 {begins_day} 起享受",
        "resident: the premium of {year} was paid on {paid_day} and gives it from {begins_day}",
    ),
    "ent_resident_waiting": (
        "居民医保：未按时或未连续参保，等待期固定 {months} 个月，每断缴一年加 {each} 个月；{would_begin_day} 起享受",
        "resident: late or after missed years; a wait of {months} months and {each} for each year missed; "
        "entitled from {would_begin_day}",
    ),
    "ent_resident_late": (
        "居民医保：{year} 年保费缴纳前的日子不享受",
        "resident: the premium of {year} gives no day before its time",
    ),
    "ent_resident_not_paid": ("居民医保：{year} 年保费未缴", "resident: the premium of {year} is not paid"),
    "ent_dead": ("{died_day} 死亡，此后无待遇", "died on {died_day}; nothing after it"),
    "ent_windows": (
        "补缴后可补报的待遇 {days} 天",
        "{days} days of claims to be made up after late payment",
    ),
}
WARNINGS: dict[str, tuple[str, str]] = {}
LABELS: dict[str, tuple[str, str]] = {
    "on": ("日期", "day"),
    "seen": ("所知日期", "as seen on"),
    "layers": ("待遇", "layers"),
    "windows": ("可补报期间", "claims to be made up"),
    "months": ("最近24个月", "the last 24 months"),
    "layer": ("保障层", "layer"),
    "entitled": ("享受", "entitled"),
    "reason": ("理由", "reason"),
    "since": ("自", "since"),
    "entitled_until": ("至", "until"),
    "by": ("凭", "by"),
    "payment": ("缴费", "payment"),
    "period": ("所属期", "period"),
    "unpaid": ("未缴所属期", "unpaid"),
    "unpaid_what": ("未缴部分", "what is unpaid"),
    "would_begin": ("届时起享受", "would begin"),
    "from_day": ("自", "from"),
    "to_day": ("至", "to"),
    "days": ("天数", "days"),
    "opened_on": ("缴费日期", "opened on"),
    "basic": ("基本", "basic"),
    "large_expense": ("大额", "large expense"),
}
LAYER_WORDS = {
    "basic": ("基本医保", "basic"),
    "large_expense": ("大额补助", "large expense"),
    "resident_basic": ("居民医保", "resident basic"),
    "critical_illness": ("居民大病保险", "critical illness"),
}
REASON_WORDS = {
    "dead": ("已死亡", "dead"),
    "arrears": ("欠费暂停", "arrears"),
    "waiting": ("等待期", "waiting"),
    "not_paid": ("未缴费", "not paid"),
    "not_enrolled": ("未参保", "not enrolled"),
    "gap_open": ("中断未补缴", "gap not made up"),
    "gap_too_long": ("中断过长", "gap too long"),
    "large_expense_unpaid": ("大额补助未缴足", "large expense unpaid"),
    "other_scheme": ("参加其他险种", "other scheme"),
    "paid_late": ("缴费前", "before payment"),
}
BY_WORDS = {
    "payment": ("月缴费", "month paid"),
    "large_expense_payment": ("大额补助缴费", "large expense paid"),
    "resident_payment": ("居民保费", "resident premium"),
    "grant": ("退休核定", "grant"),
    "confirmation": ("单位确认", "confirmation"),
    "custodial": ("托管参保", "custodial enrolment"),
}
UNPAID_WORDS = {
    "month": ("月缴费", "the month"),
    "year_own": ("个人部分", "own share"),
    "year_unit": ("单位部分", "the unit's share"),
    "year_both": ("单位和个人部分", "both shares"),
    "resident_year": ("居民保费", "resident premium"),
}
SIGNS = {
    "#": ("基本和大额", "basic and large expense"),
    "=": ("仅基本", "basic only"),
    "x": ("欠费", "arrears"),
    "w": ("等待期", "waiting"),
    "u": ("未缴费", "not paid"),
    "g": ("中断", "gap"),
    "r": ("居民医保", "resident scheme"),
    ".": ("未参保", "not enrolled"),
    "+": ("死亡", "dead"),
}
