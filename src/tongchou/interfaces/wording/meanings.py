"""Reasons and warnings of a settled row in words. A code that a scheme adds and that is missing here stays a code."""

from __future__ import annotations

from .names import Words

TYPE_CHECKING = False
if TYPE_CHECKING:  # the counter starts without them
    from collections.abc import Mapping


REASON: Mapping[str, Words] = {
    "cap_used": (
        "本期限额已经用完，超出部分由个人负担",
        "the cap of the period is used up; what lies above it is the person's",
    ),
    "deductible": (
        "费用没有超过起付标准，基金还不开始支付；按年计算的起付标准会记住本次已付的部分",
        "the cost does not reach beyond the deductible; a yearly deductible remembers what was borne now",
    ),
    "disease_not_listed": (
        "该病种不在当日的病种目录内，请核对病种编码和就诊类别",
        "the disease is not in the catalogue in force that day; check its code and the category",
    ),
    "injury_no_employer": (
        "工伤但没有责任单位，照常支付，并标记备查",
        "a work injury with no employer answerable: paid as usual and marked for review",
    ),
    "not_covered": (
        "没有哪一层保障接收这笔费用，请核对类别、机构等级、身份",
        "no layer of the scheme takes this claim; check category, level and identity",
    ),
    "not_designated": (
        "就诊机构不是定点机构，基金不支付",
        "the institution is not designated; the funds pay nothing there",
    ),
    "not_yet_in_force": ("这项待遇在就诊当日还没有施行", "the benefit was not yet in force on that day"),
    "nothing_in_scope": ("全部费用都在政策范围之外，基金不支付", "no part of the bill is within the policy's scope"),
    "preference_lost": (
        "未按规定转诊，不享受倾斜待遇，按普通标准支付",
        "not referred as required: ordinary figures instead of the preferential ones",
    ),
    "own_account": (
        "费用已由个人账户付完，基金没有可支付的部分",
        "the own account paid all; nothing was left for a fund",
    ),
    "rate_zero": ("适用的支付比例为零", "the rate that applies is zero"),
    "work_injury": (
        "已认定为工伤，应由工伤保险支付，医保基金不支付",
        "a recognised work injury: claim it from work-injury insurance",
    ),
}
WARNING: Mapping[str, Words] = {
    "disease_not_severe": (
        "申报为重大疾病，但病种不在重大疾病目录内，按非重大疾病结算",
        "said to be severe, but the disease is not in the catalogue: settled as not severe",
    ),
    "disease_unchecked": (
        "没有给出病种，或当日没有病种目录，病种未核对",
        "no disease was given, or no catalogue was in force: the disease was not checked",
    ),
    "late": (
        "这笔费用晚于后面的费用才结算，按已有累计计算；如次序重要，请整年重新结算",
        "settled after a later claim of an earlier run, on that run's totals; settle the year again if order matters",
    ),
    "rank_assumed": (
        "没有给出机构的行政级别，按机构等级推定",
        "the institution's rank was not given and was taken from its level",
    ),
    "unknown_part": (
        "明细里有该险种不认识的费用分项，按其余费用计算",
        "the claim names a part of the bill that the scheme does not know; it was taken as the rest",
    ),
    "values_assumed": (
        "结果用到了推定的数值（见依据中标“推定”的条目），正式文件到位后可能变化",
        "the result rests on assumed values (marked so below) and may change when a document is found",
    ),
    "values_secondary": (
        "结果用到了二手资料的数值（见依据中标“二手”的条目），未见原文",
        "the result rests on values from secondary sources (marked so below); the documents were not seen",
    ),
}


def reason_words(code: str, lang: str) -> str:
    """What a reason means; the code itself where it is the scheme's own."""
    return REASON.get(code, (code, code))[lang != "zh"]


def warning_words(code: str, lang: str) -> str:
    """What a warning means; a reason that pays as usual may stand as a warning too."""
    words = WARNING.get(code) or REASON.get(code) or (code, code)
    return words[lang != "zh"]
