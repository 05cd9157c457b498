"""Every reason for which a row is rejected, with its message in Chinese and English.

``{column}`` and ``{value}`` are the cell; ``{detail}`` is what the place that rejects the row adds (the
allowed codes, the sums that differ, …). A message says what was expected, what was found, what to do.
"""

from __future__ import annotations

REASONS: dict[str, tuple[str, str]] = {
    "wrong_field_count": (
        "该行的单元格数与表头不符：{detail}；请检查是否多写或漏写逗号，或含逗号的文字未加引号",
        "the row has not as many cells as the header: {detail}; look for a missing or extra comma, or a "
        "text with a comma that is not in quotes",
    ),
    "bad_quotes": (
        "该行的双引号不成对或位置不对；含逗号、引号或换行的单元格应整格加双引号，格内引号写两个",
        "the row's double quotes do not match; put the whole cell in quotes and double every quote inside it",
    ),
    "missing_value": (
        "“{column}”必须填写，此行为空；请补上该值",
        "{column} must be filled and is empty here; fill it in",
    ),
    "not_money": (
        "“{column}”应为元，最多两位小数，不带千分位、符号、空格或科学记数法；实为“{value}”，请改写，例如 1234.50",
        "{column} should be yuan with at most two decimals, without separators, sign, blanks or "
        "exponent; found '{value}'; write it like 1234.50",
    ),
    "negative_amount": (
        "“{column}”不能为负数；实为“{value}”；退费请用“reverses”列指明被冲销的 claim_id，金额仍写正数",
        "{column} must not be negative; found '{value}';  to undo a claim name it in 'reverses', amounts positive",
    ),
    "amount_too_large": (
        "“{column}”不得超过一万亿元；实为“{value}”；请核对金额与单位",
        "{column} must not exceed 10^12 yuan; found '{value}'; check the amount and its unit",
    ),
    "not_a_date": (
        "“{column}”应为真实存在的日期，写作 {detail}；实为“{value}”，请改正",
        "{column} should be a real calendar date written {detail}; found '{value}'; correct it",
    ),
    "not_a_time": (
        "“{column}”应写作 YYYY-MM-DD 或 YYYY-MM-DDTHH:MM:SS；实为“{value}”，请改正",
        "{column} should be YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS; found '{value}'; correct it",
    ),
    "not_an_integer": (
        "“{column}”应为整数；实为“{value}”，请只写数字",
        "{column} should be a whole number; found '{value}'; write digits only",
    ),
    "out_of_range": (
        "“{column}”应在 {detail} 之内；实为“{value}”，请核对",
        "{column} should be within {detail}; found '{value}'; check it",
    ),
    "unknown_code": (
        "“{column}”只能取 {detail}；实为“{value}”，请改用其中之一（区分大小写，前后不留空格）",
        "{column} must be one of {detail}; found '{value}'; use one of these (case matters, no blanks around it)",
    ),
    "not_true_false": (
        "“{column}”只能写 true 或 false；实为“{value}”，请改正",
        "{column} must be true or false; found '{value}'; correct it",
    ),
    "text_too_long": (
        "“{column}”最多 128 个字符；{detail}；请缩短",
        "{column} may have at most 128 characters; {detail}; shorten it",
    ),
    "bad_text": (
        "“{column}”含控制字符、不可见字符或首尾空格；实为“{value}”，请删去",
        "{column} has control or invisible characters, or blanks at its ends; found '{value}'; remove them",
    ),
    "duplicate_claim_id": (
        "“{column}”在文件中必须唯一；“{value}”在前面的行已出现，只有第一行有效；请核对是否重复报送",
        "{column} must be unique in the file; '{value}' stands in an earlier row, the one that counts; "
        "check whether the claim was sent twice",
    ),
    "status_contradicts_scheme": (
        "“{column}”为“{value}”，与参保险种矛盾：resident 只能用于 scheme 为 resident 的行；请改其中之一",
        "{column} is '{value}', which contradicts the scheme: resident goes only with scheme resident; change one",
    ),
    "admission_after_service": (
        "“{column}”{value} 晚于就诊（出院）日期；请核对两个日期",
        "{column} {value} is after service_date; check the two dates",
    ),
    "age_contradicts_born": (
        "“{column}”{value} 与按出生年月算得的年龄相差一岁以上；请改正其一，或只留一列",
        "{column} {value} differs by more than a year from the age reckoned from born; correct one or leave one out",
    ),
    "delivery_kind_missing": (
        "category 为 delivery 的行须写“{column}”：normal 或 caesarean；此行为空，请补上",
        "a row of category delivery needs {column}: normal or caesarean; it is empty here; fill it in",
    ),
    "amounts_do_not_add_up": (
        "金额不平：{detail}；请核对“{column}”（实为“{value}”）与各项金额",
        "the amounts do not add up: {detail}; check {column} (found '{value}') and its parts",
    ),
    "no_rule": (
        "本统筹区法规未编码此情形：{detail}；“{column}”为“{value}”。未编码不等于零待遇，"
        "请核对险种、类别与日期，或补录该规则",
        "the law encoded does not cover this: {detail}; {column} is '{value}'. Not encoded is not zero: "
        "check scheme, category and date, or add the rule",
    ),
    "person_year_too_large": (
        "此人当年费用合计将超过可精确计算的上限 {detail} 元；请核对“{column}”的金额与单位",
        "this person's year would exceed {detail} yuan, the most that is reckoned exactly; check {column} and its unit",
    ),
    "reverses_unknown": (
        "“reverses”所指的“{value}”不是在此之前已结算的明细；请填写本文件中更早的、或期初批次里已结算的 claim_id",
        "reverses names '{value}', which was not settled before this row; name an earlier claim_id of "
        "this file or of the run that gave the opening",
    ),
    "already_reversed": (
        "“{value}”已被冲销过一次；每笔结算只能冲销一次，请删除多余的冲销行",
        "'{value}' has already been undone; a settlement can be undone once, remove this row",
    ),
    "reverses_not_equal": (
        "冲销行的参保人、险种与各项金额必须与被冲销的“{value}”完全相同（金额写正数）；请改为一致",
        "a reversal's person, scheme and amounts must equal those of '{value}' (amounts positive); make them equal",
    ),
    "cell_error": (
        "“{column}”的单元格是错误值“{value}”（#N/A、#REF! 等）；请在 Excel 中改正公式或填入实际值",
        "{column} holds the error value '{value}' (#N/A, #REF! and the like); mend the formula or fill in the value",
    ),
    "formula_no_result": (
        "“{column}”是公式，但文件里没有存计算结果；请用 Excel 或 WPS 打开、重算后保存，再重试",
        "{column} is a formula whose result is not in the file; open it in Excel or WPS, let it reckon, and save it",
    ),
    "id_digits_lost": (
        "“{column}”存成了超过 15 位的数字“{value}”，Excel 只保留 15 位，末位已不可信；"
        "请把该列设为文本格式，按原始资料重新填写",
        "{column} is stored as a number of more than 15 digits ('{value}'); Excel keeps 15, so the last ones "
        "are lost: make the column text and enter the id again from its source",
    ),
    "id_as_date": (
        "“{column}”应为编号，却存成了日期“{value}”（Excel 会把 3-1 之类自动变成日期）；请把该列设为文本格式后重新填写",
        "{column} should be an id and is stored as the date '{value}' (Excel turns 3-1 and the like into dates); "
        "make the column text and enter it again",
    ),
    "fullwidth_unclear": (
        "“{column}”含有无法确定含义的全角或特殊标点：“{value}”；{detail}；请改写为半角",
        "{column} has marks whose meaning would be a guess: '{value}'; {detail}; write it in plain ASCII",
    ),
    "year_not_mapped": (
        "“{column}”的值“{value}”不在映射文件 years 的对照表内（{detail}）；请在映射文件中补上，或改正该值",
        "{column} holds '{value}', which the mapping's years do not list ({detail}); add it there or correct it",
    ),
}

_OTHER = ("{detail}（“{column}”为“{value}”）", "{detail} ({column} is '{value}')")


def template(reason: str, lang: str = "zh") -> str:
    """The message of a reason in ``zh`` or ``en``, with its places open."""
    return REASONS.get(reason, _OTHER)[1 if lang == "en" else 0]
