"""Every reason for which a row is rejected in a few words, as lists and workbooks show it (docs/errors.md)."""

from __future__ import annotations

SHORT: dict[str, tuple[str, str]] = {
    "wrong_field_count": ("单元格数不符", "a wrong number of cells"),
    "bad_quotes": ("双引号不成对", "quotes do not match"),
    "missing_value": ("必填项为空", "a required cell is empty"),
    "not_money": ("金额写法不对", "not an amount"),
    "negative_amount": ("金额为负", "a negative amount"),
    "amount_too_large": ("金额过大", "an amount too large"),
    "not_a_date": ("日期无效", "not a date"),
    "not_a_time": ("时间无效", "not a time"),
    "not_an_integer": ("不是整数", "not a whole number"),
    "out_of_range": ("超出范围", "out of range"),
    "unknown_code": ("代码不认识", "an unknown code"),
    "not_true_false": ("应为true或false", "neither true nor false"),
    "text_too_long": ("文字过长", "a text too long"),
    "bad_text": ("文字含不可见字符", "invisible characters"),
    "duplicate_claim_id": ("明细编号重复", "a claim id stands twice"),
    "status_contradicts_scheme": ("身份与险种矛盾", "status contradicts scheme"),
    "admission_after_service": ("入院日期晚于就诊日期", "admission after service"),
    "age_contradicts_born": ("年龄与出生年月矛盾", "age contradicts month of birth"),
    "delivery_kind_missing": ("缺分娩方式", "delivery kind missing"),
    "amounts_do_not_add_up": ("金额不平", "the amounts do not add up"),
    "no_rule": ("法规未编码", "not encoded"),
    "person_year_too_large": ("当年合计过大", "a person's year too large"),
    "reverses_unknown": ("被冲销明细不存在", "no such claim to undo"),
    "already_reversed": ("重复冲销", "undone already"),
    "reverses_not_equal": ("冲销与原明细不一致", "not equal to the original"),
    "cell_error": ("单元格是错误值", "an error value"),
    "formula_no_result": ("公式没有计算结果", "a formula without a result"),
    "id_digits_lost": ("编号存成数字，末位已丢失", "an id stored as a number lost digits"),
    "id_as_date": ("编号被存成了日期", "an id was turned into a date"),
    "fullwidth_unclear": ("全角标点无法确定", "full-width marks that are unclear"),
    "year_not_mapped": ("年份不在对照表内", "a year the mapping does not list"),
}
"""Chinese and English."""


def short_reason(reason: str, lang: str = "zh") -> str:
    """A reason in a few words; its code where it is none of the list."""
    zh, en = SHORT.get(reason, (reason, reason))
    return f"{en if lang == 'en' else zh} {reason}" if (zh, en) != (reason, reason) else reason
